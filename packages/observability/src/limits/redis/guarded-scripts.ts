import type { Clock } from 'tta-dev-primitives';
import { backgroundClock, ignoreRejection, systemClock, within } from 'tta-dev-primitives/internal';
import type { RedisConnection } from '../../store/redis/redis-connection.ts';
import { StoreBreaker } from '../../store/store-breaker.ts';
import { type StoreErrorReason, storeErrorReason } from '../../store/store-error-reason.ts';

/** Runs a script and gives its reply. */
export type RunScript = (script: string, keys: readonly string[], parameters: readonly string[]) => Promise<unknown>;

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
        if (state !== 'half_open') this.#tell(state === 'closed' ? undefined : reason);
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
   * @param onLate - gets a reply that comes after the deadline
   * @throws why the server could not be used, within the deadline; the first callers also wait for the connection
   */
  async decide<T>(run: (run: RunScript) => Promise<T>, onLate: (reply: T) => void): Promise<T> {
    if (!this.#hasBegun) await within(this.#callerClock, this.#init.patienceMs, () => this.#firstTrial, missed);
    if (!this.isUsable) throw new Error('the server is left alone');
    let isLate = false;
    const reply = run(this.#run);
    ignoreRejection(reply.then((value) => (isLate ? onLate(value) : undefined)));
    try {
      const value = await within(this.#callerClock, this.#init.deadlineMs, () => reply, missed);
      this.#breaker.succeeded();
      return value;
    } catch (error) {
      isLate = true;
      this.#failed(error);
      throw error;
    }
  }

  /** Runs a script that no caller waits for; what fails is dropped. */
  later(run: (run: RunScript) => Promise<unknown>): void {
    if (!this.isUsable) return;
    const running = within(this.#clock, this.#init.patienceMs, () => run(this.#run), missed).catch((error: unknown) =>
      this.#failed(error),
    );
    this.#pending.add(running);
    void running.then(() => this.#pending.delete(running));
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
  #tell(reason: StoreErrorReason | undefined): void {
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
