import { setTimeout as sleep } from 'node:timers/promises';
import { type ManualClock, type RecordingObserver, recordingObserver } from 'tta-dev-primitives/testing';
import type { StoreLogger } from '../../../store/store-logger.ts';
import { CachePrimitive } from '../cache-primitive.ts';
import { type RedisStoreOptions, redisStore } from '../store/redis/redis-store.ts';
import type { CacheStore } from '../store/store.ts';

/** Far above every bound of the store, and below a client's own: 5 s, or never. Divide what was measured by the slowness of the machine. */
export const GENEROUS_MS = 4_000;

/** How soon a store must be used again once its server is back. A second is promised, but a busy machine misses deadlines of 50 ms. */
export const RECOVERY_MS = 60_000;

const STEP_MS = 5;

/** Less than a turn of waiting takes, because a store is to answer before its deadline on a clock that a test moves. */
const CLOCK_STEP_MS = 20;

export const USABLE_AGAIN = 'info: cache store: usable again';

export function notUsable(reason: string): string {
  return `warn: cache store: not usable (${reason}); it is left alone until it answers`;
}

/** How one request went. */
export interface Asked {
  readonly answer: string;
  /** What it took besides the step, in milliseconds. */
  readonly addedMs: number;
}

/** A step of 5 ms behind a cache, with everything that can be seen from outside. */
export class WatchedCache {
  /** How often the step was called. */
  calls = 0;
  readonly cache: CachePrimitive<string, string>;
  #probes = 0;
  /** What the step has taken in all: on a busy machine far more than its 5 ms. */
  #steppedMs = 0;
  readonly #clock: ManualClock | undefined;

  /** @param clock - of the store; it goes on while something is waited for */
  constructor(store: CacheStore | undefined, clock?: ManualClock) {
    this.#clock = clock;
    const step = async (input: string): Promise<string> => {
      this.calls += 1;
      const startedAt = performance.now();
      await sleep(STEP_MS);
      this.#steppedMs += performance.now() - startedAt;
      return `answer to ${input}`;
    };
    this.cache = new CachePrimitive(step, { operation: 'faults', ...(store !== undefined && { store }) });
  }

  /** How many times longer than on a quiet machine a step has taken on average. */
  get slowness(): number {
    return Math.max(1, this.#steppedMs / (this.calls * STEP_MS));
  }

  async ask(input: string): Promise<Asked> {
    const [startedAt, steppedMs] = [performance.now(), this.#steppedMs];
    const answer = await this.cache.execute(input);
    return { answer, addedMs: performance.now() - startedAt - (this.#steppedMs - steppedMs) };
  }

  /** Whether what is asked now can be had from the store a moment later. */
  async isStoring(): Promise<boolean> {
    const question = `probe ${process.pid} ${(this.#probes += 1)} ${Math.random()}`;
    await this.cache.execute(question);
    await sleep(40);
    using second = recordingObserver();
    await this.cache.execute(question);
    return second.factsOf('cache.tier').length > 0; // and not an answer that still waits to be stored
  }

  /** Waits until the store is used, and gives the milliseconds that took. */
  async untilStoring(withinMs = RECOVERY_MS): Promise<number> {
    const startedAt = performance.now();
    while (!(await this.isStoring())) {
      await this.#clock?.advance(CLOCK_STEP_MS);
      if (performance.now() - startedAt > withinMs) throw new Error(`the store is not used after ${withinMs} ms`);
    }
    return performance.now() - startedAt;
  }
}

/** Opens stores and caches, hears what they log and state, and whatever escapes them; `end` closes all of it. */
export class FaultScene {
  lines: string[] = [];
  recording: RecordingObserver = recordingObserver();
  readonly #opened: CacheStore[] = [];
  readonly #escaped: unknown[] = [];
  readonly #escapes = (error: unknown): void => void this.#escaped.push(error);

  constructor() {
    process.on('uncaughtException', this.#escapes).on('unhandledRejection', this.#escapes);
  }

  readonly logger: StoreLogger = {
    info: (message) => void this.lines.push(`info: ${message}`),
    warn: (message) => void this.lines.push(`warn: ${message}`),
    error: (message) => void this.lines.push(`error: ${message}`),
  };

  open(options: RedisStoreOptions): CacheStore {
    const store = redisStore({ logger: this.logger, ...options });
    this.#opened.push(store);
    return store;
  }

  cacheOn(store: CacheStore | undefined, clock?: ManualClock): WatchedCache {
    return new WatchedCache(store, clock);
  }

  /** A cache whose store is in use already; nothing of that is remembered. */
  async warmCache(options: RedisStoreOptions, clock?: ManualClock): Promise<WatchedCache> {
    const cache = this.cacheOn(this.open({ ...options, clock }), clock);
    await cache.untilStoring();
    this.forget();
    return cache;
  }

  /** Lets a test begin to listen now. */
  forget(): void {
    this.lines = [];
    this.recording.stop();
    this.recording = recordingObserver();
  }

  /** Why reads were failed by the store, one for each that has failed; one that was not tried has not. */
  get failedReads(): string[] {
    return this.recording.executions.flatMap(({ facts }) =>
      facts.flatMap(({ name, value }, index) =>
        name === 'cache.storeError' && facts[index - 1]?.value === 'get' ? [String(value)] : [],
      ),
    );
  }

  /** @returns what escaped, which should be nothing */
  async end(): Promise<unknown[]> {
    await Promise.all(this.#opened.splice(0).map((store) => store.close()));
    await sleep(10);
    this.recording.stop();
    process.off('uncaughtException', this.#escapes).off('unhandledRejection', this.#escapes);
    return this.#escaped.splice(0);
  }
}
