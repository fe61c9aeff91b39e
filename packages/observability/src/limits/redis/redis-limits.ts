import { randomUUID } from 'node:crypto';
import type { Clock } from 'tta-dev-primitives';
import {
  anyOption,
  backgroundClock,
  functionOption,
  ignoreRejection,
  methodsOption,
  numberOption,
  type OptionRules,
  readOptions,
} from 'tta-dev-primitives/internal';
import { connectionOf, REDIS_RULES, type RedisOptions } from '../../store/redis/redis-options.ts';
import { describeReason, type StoreErrorReason } from '../../store/store-error-reason.ts';
import type { StoreLogger } from '../../store/store-logger.ts';
import { digestOfKey } from '../bounded-key.ts';
import type { LimitRequest, LimitReservation, LimitStore, LimitUse, LimitUsed, LimitVerdict } from '../limit-store.ts';
import { shareOf } from '../local-share.ts';
import { MemoryLimits } from '../memory-limits.ts';
import { type CountedUse, usesOf } from '../uses-of.ts';
import { GuardedScripts } from './guarded-scripts.ts';
import { Leases } from './leases.ts';
import { COUNT_PROCESSES, RESERVE, SETTLE } from './limit-scripts.ts';
import { countedAfter, countedIn, parametersOf, refusalIn, settlementOf, TRIAL_REQUEST } from './script-call.ts';

export interface RedisLimitsOptions extends RedisOptions {
  /**
   * How long a caller waits for a decision, in milliseconds. Then the local share decides. The first callers in a process also wait for the
   * connection. @defaultValue 50
   */
  readonly deadlineMs?: number | undefined;
  /** How long the first connection may take, and what no caller waits for, in milliseconds. @defaultValue 1_000 */
  readonly connectDeadlineMs?: number | undefined;
  /**
   * How many processes share the limits, for the local share while Redis cannot be used. @defaultValue as many as were seen in Redis within the last
   * minute; 1 before the first
   */
  readonly processes?: number | undefined;
  /** How long a running request of a process that died still counts for `concurrent`, in milliseconds. @defaultValue 30_000 */
  readonly leaseMs?: number | undefined;
  /** Logs once when Redis becomes unavailable, and once when it works again. @defaultValue none */
  readonly logger?: StoreLogger | undefined;
  /** @defaultValue systemClock; timers of the background then let the process end */
  readonly clock?: Clock | undefined;
  /** Between 0 and 1; spreads the tries of many processes. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

const RULES = {
  ...REDIS_RULES,
  deadlineMs: numberOption({ above: 0 }, 50),
  connectDeadlineMs: numberOption({ above: 0 }, 1_000),
  processes: numberOption({ atLeast: 1, isInteger: true }),
  leaseMs: numberOption({ atLeast: 1_000 }, 30_000),
  logger: methodsOption('info', 'warn', 'error'),
  clock: anyOption,
  random: functionOption(Math.random),
} satisfies OptionRules<RedisLimitsOptions>;

/** How often a process says that it is there, and how long that counts. */
const PRESENCE = { everyMs: 10_000, lastsMs: 60_000 } as const;

/**
 * Counts limits in Redis or Valkey, for every process that shares it: one script for each decision.
 *
 * The server's clock decides. The server sees only digests of keys. It needs `EVAL` with `TIME`, sorted sets and
 * hashes.
 *
 * While Redis is down, hung, slow or does not allow that, the local share decides: each limit divided by the number of
 * processes, at least 1, minus what this process has used itself. A caller waits `deadlineMs` once, and later callers
 * do not wait, until Redis works again. Redis does not count what is used meanwhile. Reservations of a process that
 * died count as used until their window ends.
 *
 * The connection is opened when the store is created, and does not keep the process alive. `close()` ends it. A client
 * that you passed in stays open.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const store = redisLimits({ url: 'redis://localhost:6379', prefix: 'shop:', logger: console });
 * const limited = new LimitPrimitive(ask, { key: 'tenant', tokensPerMinute: 100_000, store });
 * ```
 */
export function redisLimits(options: RedisLimitsOptions): LimitStore {
  const read = readOptions('redisLimits', options, RULES);
  return new RedisLimits(read, connectionOf('redisLimits', read));
}

type Settings = ReturnType<typeof readOptions<RedisLimitsOptions, typeof RULES>>;

class RedisLimits implements LimitStore {
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #scripts: GuardedScripts;
  readonly #leases: Leases;
  /** What this process was allowed, whether Redis or the local share decided. */
  readonly #local = new MemoryLimits();
  readonly #processId = randomUUID();
  #requests = 0;
  #processes: number;
  #presentUntil = -Infinity;

  constructor(settings: Settings, connection: ReturnType<typeof connectionOf>) {
    const { deadlineMs, connectDeadlineMs: patienceMs, clock, random, processes = 1, leaseMs } = settings;
    this.#settings = settings;
    this.#clock = backgroundClock(clock);
    this.#processes = processes;
    this.#scripts = new GuardedScripts({
      connection,
      ...{ deadlineMs, patienceMs, clock, random },
      trial: async (run) => {
        const [id, keys] = [this.#nextId(), this.#keysOf(TRIAL_REQUEST.key)];
        refusalIn(await run(RESERVE, keys, parametersOf(TRIAL_REQUEST, id, leaseMs)));
        await run(SETTLE, keys, settlementOf(TRIAL_REQUEST, id, undefined));
      },
      onChange: (reason) => this.#log(reason),
    });
    this.#leases = new Leases(this.#clock, leaseMs, this.#scripts);
  }

  reserve(request: LimitRequest): LimitVerdict | Promise<LimitVerdict> {
    return this.#scripts.isUsable ? this.#shared(request) : this.#locally(request);
  }

  async close(): Promise<void> {
    this.#leases.close();
    await this.#scripts.close();
  }

  async #shared(request: LimitRequest): Promise<LimitVerdict> {
    const shared = { request, id: this.#nextId(), keys: this.#keysOf(request.key) };
    const parameters = parametersOf(request, shared.id, this.#settings.leaseMs);
    this.#countProcesses();
    try {
      const decided = await this.#scripts.decide(async (run) => {
        const reply = await run(RESERVE, shared.keys, parameters);
        return refusalIn(reply) ?? countedIn(reply);
      });
      return 'isAllowed' in decided ? decided : this.#reservation(shared, decided);
    } catch {
      this.#settle(shared, undefined); // the server may decide yet
      return this.#locally(request); // the breaker has told why
    }
  }

  #locally(request: LimitRequest): LimitVerdict {
    return this.#local.reserve({ ...request, limits: shareOf(request.limits, this.#processes) }, true);
  }

  #reservation(shared: SharedRequest, counted: CountedUse): LimitReservation {
    const { request, id, keys } = shared;
    const own = this.#local.admit(request);
    const running = request.limits.concurrent === undefined ? undefined : keys[1];
    if (running !== undefined) this.#leases.add(running, id);
    return new SharedReservation(request, counted, (used) => {
      if (running !== undefined) this.#leases.delete(running, id);
      if (used === undefined) own.release();
      else own.settle(used);
      this.#settle(shared, used);
    });
  }

  /** @param used - undefined for a request that was never made */
  #settle({ request, id, keys }: SharedRequest, used: LimitUse | undefined): void {
    const parameters = settlementOf(request, id, used);
    this.#scripts.ensure((run) => run(SETTLE, keys, parameters));
  }

  /** From time to time, off every caller's path. */
  #countProcesses(): void {
    if (this.#settings.processes !== undefined || this.#clock.now() < this.#presentUntil) return;
    this.#presentUntil = this.#clock.now() + PRESENCE.everyMs;
    const key = `${this.#settings.prefix}limit:v1:processes`;
    this.#scripts.later(async (run) => {
      const count = Number(await run(COUNT_PROCESSES, [key], [this.#processId, String(PRESENCE.lastsMs * 1_000)]));
      if (Number.isSafeInteger(count) && count > 0) this.#processes = count;
    });
  }

  /** In one slot of a cluster, by the braces. */
  #keysOf(key: string): Keys {
    const name = `${this.#settings.prefix}limit:v1:{${digestOfKey(key)}}`;
    return [`${name}:log`, `${name}:running`, `${name}:sums`, `${name}:held`];
  }

  #nextId(): string {
    this.#requests += 1;
    return `${this.#processId}.${this.#requests}`;
  }

  #log(reason: StoreErrorReason | undefined): void {
    const { logger } = this.#settings;
    try {
      if (reason === undefined) ignoreRejection(logger?.info('limit store: usable again'));
      else {
        const share = `limits are kept by the share of this process, 1 of ${this.#processes}`;
        ignoreRejection(logger?.warn(`limit store: not usable (${describeReason(reason)}); ${share}, until it works`));
      }
    } catch {
      // A logger that throws changes no decision.
    }
  }
}

/** The log of the newest minute, what runs, the sums, and what requests hold of the budget. */
type Keys = readonly [log: string, running: string, sums: string, held: string];

/** A request that Redis is asked about. */
interface SharedRequest {
  readonly request: LimitRequest;
  readonly id: string;
  readonly keys: Keys;
}

class SharedReservation implements LimitReservation {
  readonly isAllowed = true;
  readonly isLocal = false;
  readonly #request: LimitRequest;
  readonly #end: (used: LimitUse | undefined) => void;
  #counted: CountedUse;
  #hasEnded = false;

  constructor(request: LimitRequest, counted: CountedUse, end: (used: LimitUse | undefined) => void) {
    this.#request = request;
    this.#counted = counted;
    this.#end = end;
  }

  /** What the server counted when it let the request through, and what the request has changed since. */
  used(): readonly LimitUsed[] {
    return usesOf(this.#request.limits, this.#counted);
  }

  settle(used: LimitUse): void {
    this.#finish(used);
  }

  release(): void {
    this.#finish(undefined);
  }

  #finish(used: LimitUse | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#counted = countedAfter(this.#counted, this.#request, used);
    this.#end(used);
  }
}
