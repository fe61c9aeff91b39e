import type { Clock } from 'tta-dev-primitives';
import { backgroundClock, ignoreRejection, systemClock, within } from 'tta-dev-primitives/internal';
import type { RedisConnection } from '../../store/redis/redis-connection.ts';
import { StoreBreaker } from '../../store/store-breaker.ts';
import { type StoreErrorReason, storeErrorReason } from '../../store/store-error-reason.ts';
import { type KeptScript, type RunScript, ScriptBacklog } from './script-backlog.ts';

export interface GuardedScriptsInit {
  readonly connection: RedisConnection;
  /** How long a caller waits for a decision, in milliseconds. */
  readonly deadlineMs: number;
  /** How long the first connection may take, and scripts that no caller waits for, in milliseconds. */
  readonly patienceMs: number;
  readonly clock: Clock | undefined;
  readonly random: () => number;
  /** Runs everything that decisions need; its failure means that the server cannot be used. */
  readonly trial: (run: RunScript) => Promise<unknown>;
  /** Told when the server cannot be used, and when it can again. */
  readonly onChange: (reason: StoreErrorReason | undefined) => void;
}

/** Trials that may miss their deadline in a row before the connection is given up. */
const MISSES_BEFORE_RESET = 3;

/** So many kept scripts run at once; a server takes about a millisecond for them. */
const FLUSHED_TOGETHER = 32;

/**
 * Scripts on a server that may be away, hung, slow, or forbid them. Nothing waits longer than its deadline; a server that fails once is left alone,
 * and tried in the background until it works.
 */
export class GuardedScripts {
  readonly #init: GuardedScriptsInit;
  /** For waits of callers, which keep the process alive. */
  readonly #callerClock: Clock;
  readonly #clock: Clock;
  readonly #breaker: StoreBreaker;
  readonly #pending = new Set<Promise<unknown>>();
  readonly #backlog = new ScriptBacklog();
  #isFlushing = false;
  /** Settled when the server has been tried for the first time. */
  readonly #firstTrial: Promise<unknown>;
  #hasBegun = false;
  #lostTo: StoreErrorReason | undefined;
  #misses = 0;
  #isClosed = false;

  constructor(init: GuardedScriptsInit) {
    this.#init = init;
    this.#callerClock = init.clock ?? systemClock;
    this.#clock = backgroundClock(init.clock);
    this.#breaker = new StoreBreaker({
      clock: this.#clock,
      random: init.random,
      probe: () => this.#try(init.deadlineMs),
      onChange: (state, reason) => {
        if (state !== 'half_open') this.#report(state === 'closed' ? undefined : reason);
        if (state === 'closed') void this.#flush();
      },
    });
    this.#firstTrial = this.#begin();
  }

  /** Whether a script is worth a try now. */
  get isUsable(): boolean {
    return !this.#isClosed && this.#breaker.isClosed;
  }

  /**
   * Runs a script that a caller waits for.
   *
   * @throws why the server could not be used, within the deadline; the first callers also wait for the connection. The script may have run
   * all the same, or may run yet
   */
  async decide<T>(run: (run: RunScript) => Promise<T>): Promise<T> {
    if (!this.#hasBegun) await within(this.#callerClock, this.#init.patienceMs, () => this.#firstTrial, missed);
    if (!this.isUsable) throw new Error('the server is being skipped');
    const reply = run(this.#run);
    ignoreRejection(reply);
    try {
      const value = await within(this.#callerClock, this.#init.deadlineMs, () => reply, missed);
      this.#breaker.succeeded();
      return value;
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  /** Runs a script that no caller waits for; what fails is dropped. */
  later(run: (run: RunScript) => Promise<unknown>): void {
    if (this.isUsable) void this.#inBackground(run);
  }

  /** Runs a script that no caller waits for, and keeps it until the server works again if need be. It may run more than once. */
  ensure(run: (run: RunScript) => Promise<unknown>): void {
    if (!this.#isClosed) void this.#ensure({ run, tries: 0 });
  }

  /** Waits for what runs, in bounded time; the wait keeps the process alive. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#breaker.stop();
    const { patienceMs } = this.#init;
    await within(
      this.#callerClock,
      patienceMs,
      () => Promise.allSettled(this.#pending),
      () => undefined,
    );
    this.#init.connection.close();
  }

  async #ensure({ run, tries }: KeptScript): Promise<void> {
    const hasRun = this.isUsable && (await this.#inBackground(run));
    if (!hasRun) this.#backlog.add({ run, tries: tries + 1 });
  }

  /** @returns whether it has run */
  #inBackground(run: (run: RunScript) => Promise<unknown>): Promise<boolean> {
    const running = within(this.#clock, this.#init.patienceMs, () => run(this.#run), missed).then(
      () => true,
      (error: unknown) => {
        this.#failed(error);
        return false;
      },
    );
    this.#pending.add(running);
    void running.then(() => this.#pending.delete(running));
    return running;
  }

  /** Runs what was kept, a few at a time: decisions must not wait for all of it. */
  async #flush(): Promise<void> {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    while (this.isUsable && !this.#backlog.isEmpty) {
      await Promise.all(this.#backlog.take(FLUSHED_TOGETHER).map((script) => this.#ensure(script)));
    }
    this.#isFlushing = false;
  }

  readonly #run: RunScript = async (script, keys, parameters) => {
    const commands = await this.#init.connection.commands();
    if (commands.run === undefined) throw Object.assign(new Error('the client cannot run scripts'), NO_EVAL);
    return commands.run(script, keys, parameters);
  };

  async #begin(): Promise<void> {
    const reason = await this.#try(this.#init.patienceMs);
    this.#hasBegun = true;
    if (reason !== undefined) this.#breaker.failed(reason);
  }

  async #try(deadlineMs: number): Promise<StoreErrorReason | undefined> {
    try {
      await within(this.#clock, deadlineMs, () => this.#init.trial(this.#run), missed);
      this.#misses = 0;
      return undefined;
    } catch (error) {
      const reason = storeErrorReason(error);
      this.#countMiss(reason);
      return reason;
    }
  }

  #failed(error: unknown): void {
    if (!this.isUsable) return;
    const reason = storeErrorReason(error);
    this.#countMiss(reason);
    this.#breaker.failed(reason);
  }

  #countMiss(reason: StoreErrorReason): void {
    this.#misses = reason === 'timeout' ? this.#misses + 1 : 0;
    if (this.#misses < MISSES_BEFORE_RESET) return;
    this.#misses = 0;
    this.#init.connection.reset();
  }

  /** One call for each loss, however often the server is tried meanwhile. */
  #report(reason: StoreErrorReason | undefined): void {
    if (reason !== undefined && this.#lostTo !== undefined) return;
    this.#lostTo = reason;
    this.#init.onChange(reason);
  }
}

const NO_EVAL = { code: 'EPERM' };

class TimeoutError extends Error {}

function missed(): never {
  throw new TimeoutError('the server did not reply in time');
}
