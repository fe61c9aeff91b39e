import type { Clock, Timer } from '../clock.ts';
import { checkedVerdict } from '../options.ts';
import type { Gate } from './gate.ts';

/** Which limit of a stream has passed. */
export type StreamPhase = 'first_chunk' | 'idle' | 'total';

/** A limit of a stream that has passed. */
export interface StreamExpiry {
  readonly phase: StreamPhase;
  readonly limitMs: number;
  /** How many chunks the reader had received. */
  readonly chunks: number;
  /** How late the event loop was, in milliseconds. */
  readonly lagMs: number;
}

/** How long a stream may take, and what happens when it takes longer. */
export interface StreamLimit {
  /** The longest wait for the first chunk, in milliseconds of the reader's waiting. @defaultValue `idleMs` */
  readonly firstChunkMs?: number | undefined;
  /** The longest wait for any further chunk, in milliseconds of the reader's waiting. */
  readonly idleMs?: number | undefined;
  /** The longest time from `startedAt` to the end, whether the stream is read or not. */
  readonly totalMs?: number | undefined;
  /**
   * The longest time between two reads, in milliseconds. Then the stream is closed and counts as left: some readers leave
   * without a word.
   */
  readonly unreadMs?: number | undefined;
  /** Whether a chunk shows that the source makes progress. @defaultValue every chunk does */
  readonly isProgress?: ((chunk: unknown) => boolean) | undefined;
  /** Names the owner of `isProgress` in errors. */
  readonly owner: string;
  readonly clock: Clock;
  /** When the work began, in `clock.now()` milliseconds. */
  readonly startedAt: number;
  /** Whether the timer never keeps the process alive; otherwise it does while a reader waits. @defaultValue false */
  readonly unref?: boolean | undefined;
  /** Makes the error for a limit that has passed. */
  readonly onExpiry: (expiry: StreamExpiry) => unknown;
  /** Called when the limit stops the stream, before the source is closed. */
  readonly onStop?: ((error: unknown) => void) | undefined;
  /** Makes the reason for closing a stream that was not read for `unreadMs`; required with it. */
  readonly onUnread?: (() => unknown) | undefined;
}

/** What limits end. */
interface LimitedStream {
  /** Fails it. */
  stop(error: unknown): void;
  /** Closes it as one that its reader has left. */
  drop(reason: unknown): void;
}

/** A limit at work. */
interface Watch {
  readonly limit: StreamLimit;
  readonly gate: Gate;
  /** How long the reader has waited, before the present read, since the source last made progress. */
  waitedMs: number;
  chunks: number;
  hasProgressed: boolean;
}

interface Due {
  readonly watch: Watch;
  readonly phase: StreamPhase | 'unread';
  readonly limitMs: number;
  readonly at: number;
}

/**
 * The limits of one stream and their one timer.
 *
 * The timer is not reset for each chunk. Chunks only update instants; when the timer fires, it compares them and sets itself for the
 * remaining time. It runs only while a reader waits, or for a limit of the whole stream.
 */
export class FlowLimits {
  readonly #clock: Clock;
  readonly #stream: WeakRef<LimitedStream>;
  readonly #watches: Watch[] = [];
  /** The shortest wait after which a limit may have passed. */
  #shortestMs = Infinity;
  #waitingSince: number | undefined;
  /** The shortest of the limits on the time between two reads; `Infinity` without a limit. */
  #unreadMs = Infinity;
  #unreadSince: number;
  #timer: Timer | undefined;
  #timerAt = Infinity;
  /** Whether no limit may keep the process alive. */
  #isUnref = true;
  #isExtraTurn = false;
  #isOver = false;

  constructor(clock: Clock, stream: WeakRef<LimitedStream>) {
    this.#clock = clock;
    this.#stream = stream;
    this.#unreadSince = clock.now();
  }

  /** Adds a limit. @returns the gate through which it sees the chunks */
  add(limit: StreamLimit): Gate {
    const gate: Gate = { isStrict: true, onChunk: (chunk) => this.#judge(watch, chunk) };
    const watch: Watch = { limit, gate, waitedMs: 0, chunks: 0, hasProgressed: false };
    this.#watches.push(watch);
    this.#measure();
    this.#arm();
    return gate;
  }

  /** A reader waits from now on. */
  wait(): void {
    if (this.#isOver) return;
    const now = this.#clock.now();
    this.#waitingSince = now;
    if (this.#timer === undefined || this.#timerAt > now + this.#shortestMs) this.#arm();
    else if (!this.#isUnref) this.#timer.ref?.();
  }

  /** A read has been answered; others may still wait. */
  answered(isAwaited: boolean): void {
    if (isAwaited) this.wait();
    else {
      this.#waitingSince = undefined;
      this.#timer?.unref?.();
      if (this.#unreadMs !== Infinity) this.#leaveUnread();
    }
  }

  /** A gate of these limits has failed the stream. */
  failed(gate: Gate, error: unknown): void {
    this.#watches.find((watch) => watch.gate === gate)?.limit.onStop?.(error);
  }

  /** Forgets the limits; for a stream that has ended. */
  release(): void {
    this.#isOver = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #leaveUnread(): void {
    this.#unreadSince = this.#clock.now();
    if (this.#timer === undefined || this.#timerAt > this.#unreadSince + this.#unreadMs) this.#arm();
  }

  #judge(watch: Watch, chunk: unknown): void {
    watch.chunks += 1;
    const { isProgress, owner } = watch.limit;
    if (isProgress === undefined) {
      watch.hasProgressed = true;
      return;
    }
    if (checkedVerdict(owner, 'stream.isProgress', isProgress(chunk))) {
      watch.waitedMs = 0;
      watch.hasProgressed = true;
    } else {
      watch.waitedMs += this.#waitingSince === undefined ? 0 : this.#clock.now() - this.#waitingSince;
    }
    this.#measure();
  }

  #measure(): void {
    this.#shortestMs = Infinity;
    this.#unreadMs = Infinity;
    this.#isUnref = true;
    for (const { limit, waitedMs } of this.#watches) {
      const { firstChunkMs = Infinity, idleMs = Infinity, unreadMs = Infinity, unref } = limit;
      this.#unreadMs = Math.min(this.#unreadMs, unreadMs);
      this.#shortestMs = Math.min(this.#shortestMs, Math.min(firstChunkMs, idleMs) - waitedMs);
      this.#isUnref &&= unref === true;
    }
  }

  #arm(): void {
    if (this.#isExtraTurn || this.#isOver) return;
    const due = this.#earliest();
    if (due === undefined) return;
    if (this.#timer === undefined || this.#timerAt > due.at) {
      this.#timer?.cancel();
      this.#timerAt = due.at;
      this.#timer = this.#clock.setTimer(() => this.#look(), Math.max(0, due.at - this.#clock.now()));
    }
    if (this.#waitingSince === undefined || this.#isUnref) this.#timer.unref?.();
    else this.#timer.ref?.();
  }

  #look(): void {
    this.#timer = undefined;
    const due = this.#earliest();
    if (due === undefined || due.at > this.#clock.now()) this.#arm();
    else {
      this.#isExtraTurn = true;
      setImmediate(() => this.#lookAgain());
    }
  }

  /** A chunk that came while the event loop was blocked has been read in the turn between. */
  #lookAgain(): void {
    this.#isExtraTurn = false;
    if (this.#isOver) return;
    const due = this.#earliest();
    if (due === undefined || due.at > this.#clock.now()) this.#arm();
    else this.#expire(due);
  }

  #expire({ watch: { limit, chunks }, phase, limitMs, at }: Due): void {
    if (phase === 'unread') {
      this.#stream.deref()?.drop(limit.onUnread?.());
      return;
    }
    const error = limit.onExpiry({ phase, limitMs, chunks, lagMs: Math.max(0, this.#clock.now() - at) });
    limit.onStop?.(error);
    this.#stream.deref()?.stop(error);
  }

  #earliest(): Due | undefined {
    let earliest: Due | undefined;
    for (const watch of this.#watches) {
      const { firstChunkMs, idleMs, totalMs, unreadMs = Infinity, startedAt } = watch.limit;
      if (totalMs !== undefined && startedAt + totalMs < (earliest?.at ?? Infinity)) {
        earliest = { watch, phase: 'total', limitMs: totalMs, at: startedAt + totalMs };
      }
      const unreadAt = this.#waitingSince === undefined ? this.#unreadSince + unreadMs : Infinity;
      if (unreadAt < (earliest?.at ?? Infinity)) {
        earliest = { watch, phase: 'unread', limitMs: unreadMs, at: unreadAt };
      }
      const isFirst = !watch.hasProgressed && firstChunkMs !== undefined;
      const waitMs = isFirst ? firstChunkMs : idleMs;
      if (waitMs === undefined || this.#waitingSince === undefined) continue;
      const at = this.#waitingSince + waitMs - watch.waitedMs;
      if (at < (earliest?.at ?? Infinity)) {
        earliest = { watch, phase: isFirst ? 'first_chunk' : 'idle', limitMs: waitMs, at };
      }
    }
    return earliest;
  }
}
