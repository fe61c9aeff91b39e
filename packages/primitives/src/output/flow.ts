import { AsyncResource } from 'node:async_hooks';
import type { AbortSource } from '../abort-source.ts';
import type { Clock } from '../clock.ts';
import { isThenable } from '../rejection.ts';
import { readChunk } from './chunk-reading.ts';
import { concludeIfDropped, Duties, forgetDropped, isOver } from './duties.ts';
import { FlowLimits, type StreamLimit } from './flow-limits.ts';
import { COMPLETE, type Gate, type OutputEnd, tellEnd } from './gate.ts';
import { type PendingRead, PendingReads, type Taker } from './pending-reads.ts';
import type { Pulled, Reading } from './reading.ts';

/** Closes a source, which is not waited for. */
type Close = (reason: unknown) => unknown;

export interface ReadOptions {
  /** Whether the flow sees the chunks of the source elsewhere. @defaultValue false */
  readonly isSeen?: boolean;
}

/** A result that was read ahead, and how many gates have seen it. */
interface Held {
  readonly result: unknown;
  readonly seenBy: number;
}

/**
 * The state of one stream on its way to the reader, through any number of primitives. The stream knows its flow; the flow does not
 * know the stream.
 *
 * The first end counts. A stopped flow rejects every pending and later read with the error. It closes its source without waiting for it.
 */
export class Flow {
  /** The asynchronous context of the step that made the stream; undefined where that does not matter. */
  readonly #resource: AsyncResource | undefined;
  readonly #duties = new Duties();
  readonly #closes = new Set<Close>();
  readonly #abortSources: AbortSource[] = [];
  readonly #pending = new PendingReads();
  #limits: FlowLimits | undefined;
  #weakRef: WeakRef<Flow> | undefined;
  #end: OutputEnd | undefined;
  #lastChunk: unknown;
  #failure: { readonly error: unknown } | undefined;
  #held: Held[] | undefined;
  #heldFrom: Reading | undefined;
  #open: (() => Reading) | undefined;
  #chunkOf: ((chunk: unknown) => unknown) | undefined;

  /** @param isForeign - whether the source runs code of the step, which then runs in the asynchronous context of now */
  constructor(isForeign: boolean) {
    this.#resource = isForeign ? new AsyncResource('tta.stream', { requireManualDestroy: true }) : undefined;
    concludeIfDropped(this, this.#duties);
  }

  /** How the stream ended; undefined while it goes on. */
  get end(): OutputEnd | undefined {
    return this.#end;
  }

  /** Adds a gate outside the existing ones. A gate that is added after the end gets the end at once. */
  add(gate: Gate): void {
    if (this.#end === undefined) this.#duties.gates.push(gate);
    else tellEnd(gate, this.#end);
  }

  /** Adds time limits to the stream; all limits of a stream share one timer. */
  limit(limit: StreamLimit): void {
    if (this.#end !== undefined) return;
    const limits = this.#limits ?? this.#newLimits(limit.clock);
    this.add(limits.add(limit));
    if (!this.#pending.isEmpty) limits.wait();
  }

  /** Stops the stream when `source` aborts; one whose chunks have all come is complete. Holds the stream weakly. */
  endWith(source: AbortSource): void {
    if (this.#end !== undefined || this.#abortSources.includes(source)) return;
    this.#abortSources.push(source);
    const flow = this.#weakly();
    this.#duties.releases.push(source.onAbort((reason) => flow.deref()?.abort(reason)));
  }

  /** Sets how the source is closed; returns a function that undoes this. */
  closeWith(close: Close): () => void {
    this.#closes.add(close);
    return () => this.#closes.delete(close);
  }

  /** Sets how the source is read before its reader. */
  readAheadWith(open: () => Reading): void {
    this.#open = open;
  }

  /** Sets what gates get in place of a chunk, for a source that wraps its chunks. */
  showChunksAs(chunkOf: (chunk: unknown) => unknown): void {
    this.#chunkOf = chunkOf;
  }

  /** Calls `work` in the asynchronous context of the step that made the stream. */
  run<A extends unknown[], R>(work: (...values: A) => R, on?: unknown, ...values: A): R {
    return this.#resource === undefined ? work.apply(on, values) : this.#resource.runInAsyncScope(work, on, ...values);
  }

  /** Reads one result of a source: a promise of it, or the result itself where the source gives that. */
  read(reading: Reading, value?: unknown, options?: ReadOptions): unknown {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    if (this.#held !== undefined && this.#isHeldFrom(reading)) return this.#release(this.#held);
    return this.#pull(reading, value, options);
  }

  /** Reads one result for another flow, which gets it in the turn in which it comes: a promise between two flows costs as much as one. */
  readInto(reading: Reading, taker: Taker): void {
    if (this.#failure !== undefined || this.#held !== undefined) {
      new Promise((resolve) => resolve(this.read(reading))).then(taker.resolve, taker.reject);
      return;
    }
    const read = { ...taker, isSeen: false };
    if (reading.give !== undefined) {
      reading.give(this.#taking(read));
      return;
    }
    let passed: unknown;
    try {
      const result = this.#resultOf(reading);
      if (isThenable(result)) {
        this.#await(result, read);
        return;
      }
      passed = this.#pass(result, 0);
    } catch (error) {
      taker.reject(error);
      return;
    }
    taker.resolve(passed);
  }

  /** How the source is read before its reader; undefined for a stream that cannot be read so. */
  reading(): Reading | undefined {
    return this.#open?.();
  }

  /**
   * Reads one more result ahead of the reader, and keeps it for the first one.
   *
   * @returns the result; undefined for a stream that has ended or cannot be read ahead
   */
  async readAhead(): Promise<IteratorResult<unknown> | undefined> {
    if (this.#end?.kind === 'failed') throw this.#end.error;
    if (this.#end !== undefined || this.#open === undefined) return undefined;
    const reading = this.#open();
    const result = await this.#pull(reading);
    const seenBy = this.#duties.gates.length; // those that were added while the source was read have seen it too
    this.#heldFrom = reading;
    (this.#held ??= []).push({ result, seenBy });
    return isIteratorResult(result) ? result : undefined;
  }

  /** The chunks that were read ahead and that no reader has got yet. */
  get held(): readonly unknown[] {
    const chunks: unknown[] = [];
    for (const { result } of this.#held ?? NOTHING_HELD) {
      if (isIteratorResult(result) && result.done !== true) chunks.push(this.#shown(result.value));
    }
    return chunks;
  }

  /** Passes every gate a chunk that the reader gets without this flow. A strict gate stops the stream. */
  see(chunk: unknown): void {
    try {
      this.#pass({ done: false, value: chunk }, 0);
    } catch {
      // The stream is stopped, so its reader gets the error from the stream.
    }
  }

  /** Ends the stream in order, for a source whose end the flow does not read. A strict gate fails it instead. */
  sourceEnded(): void {
    try {
      this.#endSource();
    } catch {
      // The stream is stopped, and a reader that reads through this flow gets the error.
    }
  }

  /** Has the gates conclude what they have read, because everything has come although the source has not ended; see `Gate.isOver`. */
  concludeReading(): void {
    for (const gate of this.#duties.gates) isOver(gate);
  }

  /** Fails the stream at once: notifies the gates, closes the source, and rejects every read with `error`. */
  stop(error: unknown): void {
    this.#close({ kind: 'failed', error }, error);
  }

  /** Stops the stream, unless its reader has got all its chunks: some SDKs abort their request to leave a stream. */
  abort(reason: unknown): void {
    if (this.#held === undefined && this.#duties.isOver) this.drop(reason);
    else this.stop(reason);
  }

  /** Releases a stream that will not be read. */
  drop(reason: unknown): void {
    this.#close({ kind: 'left', reason }, reason);
  }

  /** Ends the stream; the first end counts. A reader that left does not have to wait. */
  settle(end: OutputEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end.kind === 'left' && this.#duties.isOver ? COMPLETE : end;
    this.#forget();
    this.#duties.conclude(this.#end);
    if (end.kind !== 'left') return;
    this.#forgetHeld();
    this.#pending.answerAll(({ resolve }) => resolve({ done: true, value: undefined }));
  }

  /**
   * Lets go of what only a stream that goes on needs. What a registry watches survives every minor collection, and so does everything
   * that it refers to.
   */
  #forget(): void {
    forgetDropped(this);
    this.#lastChunk = undefined;
    this.#abortSources.length = 0;
    this.#open = undefined;
    this.#limits = undefined;
    if (this.#failure === undefined) this.#closes.clear(); // its source has ended, or its reader closes it
  }

  #forgetHeld(): void {
    this.#held = undefined;
    this.#heldFrom = undefined;
  }

  /** Signals and timers outlive a stream that is dropped, and must not keep it in memory. */
  #weakly(): WeakRef<Flow> {
    this.#weakRef ??= new WeakRef(this);
    return this.#weakRef;
  }

  #newLimits(clock: Clock): FlowLimits {
    const flow = this.#weakly();
    const limits = new FlowLimits(clock, flow);
    this.#duties.releases.push(() => limits.release());
    this.#limits = limits;
    return limits;
  }

  #close(end: OutputEnd, error: unknown): void {
    if (this.#end !== undefined) return;
    this.#failure = { error };
    this.#forgetHeld();
    this.#pending.answerAll(({ reject }) => reject(error));
    this.settle(end);
    for (const close of this.#closes) closeQuietly(this, close, error);
    this.#closes.clear();
  }

  #pull(reading: Reading, value?: unknown, { isSeen = false }: ReadOptions = {}): unknown {
    const { give } = reading;
    if (give !== undefined) return new Promise((resolve, reject) => give(this.#taking({ resolve, reject, isSeen })));
    const result = this.#resultOf(reading, value);
    if (!isThenable(result)) return this.#pass(result, 0);
    return new Promise((resolve, reject) => this.#await(result, { resolve, reject, isSeen }));
  }

  #resultOf({ pull, source }: Pulled, value?: unknown): unknown {
    let result: unknown;
    try {
      result = this.run(pull, source, value);
    } catch (error) {
      this.settle({ kind: 'failed', error });
      throw error;
    }
    if (this.#failure === undefined) return result;
    if (isThenable(result)) result.then(undefined, () => {});
    throw this.#failure.error; // pulling has stopped the stream: its step aborted
  }

  #await(result: PromiseLike<unknown>, read: PendingRead): void {
    const { resolve, reject } = this.#taking(read);
    result.then(resolve, reject);
  }

  /** Begins a read. @returns what is to be told its result */
  #taking(read: PendingRead): Taker {
    if (this.#pending.isEmpty) this.#limits?.wait();
    this.#pending.add(read);
    return {
      resolve: (result) => this.#resolved(read, result),
      reject: (error) => this.#rejected(read, error),
    };
  }

  #resolved(read: PendingRead, result: unknown): void {
    if (!this.#pending.has(read)) return;
    let passed: unknown;
    try {
      passed = this.#pass(result, read.isSeen ? this.#duties.gates.length : 0);
    } catch (error) {
      if (this.#answered(read)) read.reject(error);
      return;
    }
    if (this.#answered(read)) read.resolve(passed);
  }

  #rejected(read: PendingRead, error: unknown): void {
    if (!this.#pending.has(read)) return;
    this.settle({ kind: 'failed', error });
    if (this.#answered(read)) read.reject(error);
  }

  /** @returns whether the read has to be answered still */
  #answered(read: PendingRead): boolean {
    const isPending = this.#pending.has(read);
    this.#pending.delete(read);
    this.#limits?.answered(!this.#pending.isEmpty);
    return isPending;
  }

  #isHeldFrom({ pull, source, give }: Reading): boolean {
    const from = this.#heldFrom;
    return from?.source === source && from?.pull === pull && from?.give === give;
  }

  #release(held: Held[]): unknown {
    const { result, seenBy } = held.shift() as Held; // emptied below as soon as it has no more
    if (held.length === 0) this.#forgetHeld();
    try {
      return Promise.resolve(this.#pass(result, seenBy));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The result as the reader gets it, after every gate from an index on has seen it. */
  #pass(result: unknown, from: number): unknown {
    if (!isIteratorResult(result)) return result;
    if (result.done === true) {
      this.#endSource();
      return result;
    }
    const { gates } = this.#duties;
    let { value } = result;
    this.#lastChunk = value;
    for (let index = from; index < gates.length; index += 1) value = this.#through(gates[index] as Gate, value);
    return value === result.value ? result : { done: false, value };
  }

  /** @throws the error of a strict gate that rejects the end of the source */
  #endSource(): void {
    if (this.#end !== undefined) return;
    for (const gate of this.#duties.gates) {
      try {
        gate.onSourceEnd?.();
      } catch (error) {
        if (gate.isStrict !== true) continue;
        this.stop(error);
        throw error;
      }
    }
    this.settle(this.#endOfSource());
  }

  /** A stream whose last chunk states a failure has failed, although its source ends in order. */
  #endOfSource(): OutputEnd {
    const reading = readChunk(this.#shown(this.#lastChunk));
    return reading.kind === 'failure' ? { kind: 'failed', error: reading.error } : COMPLETE;
  }

  #through(gate: Gate, value: unknown): unknown {
    try {
      gate.onChunk?.(this.#shown(value));
      return gate.map === undefined ? value : gate.map(value);
    } catch (error) {
      if (gate.isStrict !== true) return value; // the reader gets its chunk all the same
      this.#limits?.failed(gate, error);
      this.stop(error);
      throw error;
    }
  }

  #shown(value: unknown): unknown {
    return this.#chunkOf === undefined ? value : this.#chunkOf(value);
  }
}

const NOTHING_HELD: readonly Held[] = [];

/** Some iterables have a `next` with another meaning (a database cursor returns a row): only real results count as chunks. */
function isIteratorResult(result: unknown): result is IteratorResult<unknown> {
  return typeof result === 'object' && result !== null && ('done' in result || 'value' in result);
}

function closeQuietly(flow: Flow, close: Close, reason: unknown): void {
  try {
    Promise.resolve(flow.run(close, undefined, reason)).catch(() => {});
  } catch {
    // A source that cannot be closed has nothing to clean up.
  }
}
