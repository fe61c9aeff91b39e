import {
  followOutput,
  type NoteFact,
  type RunningStep,
  type Step,
  type WorkflowContext,
  WorkflowPrimitive,
} from 'tta-dev-primitives';
import {
  anyOption,
  asOnlyWork,
  checkNumber,
  isStream,
  numberOption,
  type OptionRules,
  option,
  readOptions,
  refusal,
  wilson,
} from 'tta-dev-primitives/internal';
import { readAnswer, streamReader, type Usage } from 'tta-observability-integration/llm';
import { type CacheOptions, type CacheRules, cacheRules } from 'tta-observability-integration/primitives';
import { registerTopic } from 'tta-observability-integration/telemetry';
import { type CacheAdvice, describeAdvice } from './cache-advice.ts';
import { RepeatTable } from './repeat-table.ts';
import { cacheAdvisorTopic } from './topic.ts';

/** As for the cache that is thought of. */
type SharedOptions<I> = Pick<CacheOptions<I>, 'operation' | 'key' | 'vary' | 'scope' | 'cost' | 'provider' | 'prices'>;

export interface CacheAdvisorOptions<I> extends SharedOptions<I> {
  /** The lives to ask about, in milliseconds, at most eight, all different. @defaultValue a minute, five minutes, an hour, a day */
  readonly livesMs?: readonly number[] | undefined;
  /** How many requests are remembered; each takes 48 bytes with the usual lives. @defaultValue 131_072 */
  readonly maxRequests?: number | undefined;
}

/** What one request would have met in each of the caches that are thought of. */
interface Prospect {
  /** Undefined for a request that a cache would not look up. */
  readonly digest: string | undefined;
  readonly wouldHit: readonly boolean[];
}

interface AdvisedRequest<I> extends Prospect {
  readonly input: I;
  readonly context: WorkflowContext;
  readonly note: NoteFact;
}

interface AdvisedAnswer {
  readonly usage: Usage | undefined;
  readonly model: string | undefined;
  readonly isCacheable: boolean;
}

/** An answer that never came. */
const UNKNOWN_ANSWER: AdvisedAnswer = { usage: undefined, model: undefined, isCacheable: false };

interface LifeTally {
  readonly ttlMs: number;
  hits: number;
  savedUsd: number;
  unpriced: number;
}

const MINUTE_MS = 60_000;
const USUAL_LIVES_MS = [MINUTE_MS, 5 * MINUTE_MS, 60 * MINUTE_MS, 24 * 60 * MINUTE_MS];
const MAX_LIVES = 8;

const OWNER = 'CacheAdvisorPrimitive';

const RULES = {
  livesMs: option(checkLives, USUAL_LIVES_MS),
  maxRequests: numberOption({ atLeast: 1, atMost: 2 ** 26, isInteger: true }, 131_072),
  // The cache checks its own.
  operation: anyOption,
  key: anyOption,
  vary: anyOption,
  scope: anyOption,
  cost: anyOption,
  provider: anyOption,
  prices: anyOption,
} satisfies OptionRules<CacheAdvisorOptions<never>>;

/**
 * Says what a `CachePrimitive` around a step would save, without a cache: every request goes to the step, and no answer is kept.
 *
 * Of a request 48 bits of its digest are remembered, and when it was last answered. A request counts as a hit for a life if a cache
 * that keeps answers for so long would have held one; it is worth what its own answer cost. Requests made at the same time count as
 * misses, although a cache would make one call of them: the advice errs on the low side. Answers that a cache would refuse
 * (errors, cut short, tool calls) count as never stored, those of streams only if they were left or failed.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const advised = new CacheAdvisorPrimitive(ask, { operation: 'chat' });
 * // a day of traffic later
 * console.log(String(advised));
 * ```
 */
export class CacheAdvisorPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'cache_advisor';
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #rules: CacheRules<I>;
  readonly #lives: readonly LifeTally[];
  readonly #table: RepeatTable;
  #total = 0;
  #bypasses = 0;
  #uncacheable = 0;
  #costUsd = 0;

  constructor(step: Step<I, O>, options: CacheAdvisorOptions<I> = {}) {
    const { livesMs, maxRequests, ...shared } = readOptions(OWNER, options, RULES);
    const lives = livesMs.toSorted((one, other) => one - other);
    const primitive = asOnlyWork(step);
    const { operation = primitive.name } = shared;
    const rules = cacheRules({ ...shared, operation });
    super(operation);
    registerTopic(cacheAdvisorTopic);
    this.#step = primitive;
    this.#rules = rules;
    this.#lives = lives.map((ttlMs) => ({ ttlMs, hits: 0, savedUsd: 0, unpriced: 0 }));
    this.#table = new RepeatTable(maxRequests, lives);
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#step];
  }

  /** What caches would have saved so far. */
  getStats(): CacheAdvice {
    const costUsd = this.#costUsd;
    return {
      operation: this.name,
      total: this.#total,
      bypasses: this.#bypasses,
      uncacheable: this.#uncacheable,
      costUsd,
      forgotten: this.#table.forgotten,
      lives: this.#lives.map(({ ttlMs, hits, savedUsd, unpriced }) => ({
        ttlMs,
        hits,
        hitRate: wilson(hits, this.#total),
        savedUsd,
        savedShare: costUsd === 0 ? 0 : savedUsd / costUsd,
        unpriced,
      })),
    };
  }

  override toString(): string {
    return describeAdvice(this.getStats());
  }

  protected override async run(input: I, context: WorkflowContext, { note }: RunningStep): Promise<O> {
    note('cacheAdvisor.operation', this.name);
    const request: AdvisedRequest<I> = { input, context, note, ...(await this.#prospectOf(input, context)) };
    let output: O;
    try {
      output = await this.#step.execute(input, context);
    } catch (error) {
      this.#conclude(request, UNKNOWN_ANSWER);
      throw error;
    }
    if (isStream(output)) return this.#followed(output, request);
    const reading = readAnswer(output);
    const isCacheable = this.#rules.objectionTo({ input, output, isStream: false }, reading) === undefined;
    this.#conclude(request, { usage: reading?.usage, model: reading?.model, isCacheable });
    return output;
  }

  #followed(stream: O, request: AdvisedRequest<I>): O {
    const reader = streamReader();
    return followOutput(stream, {
      onChunk: (chunk) => reader.add(chunk),
      onEnd: ({ kind }) => {
        const reading = reader.reading();
        const answer = { input: request.input, output: [], isStream: true };
        const isGood = reading === undefined || this.#rules.objectionTo(answer, reading) === undefined;
        const isCacheable = kind === 'complete' && isGood;
        this.#conclude(request, { usage: reading?.usage, model: reading?.model, isCacheable });
      },
    });
  }

  async #prospectOf(input: I, context: WorkflowContext): Promise<Prospect> {
    this.#total += 1;
    const key = await this.#rules.keyOf(input, context);
    if (key !== undefined) {
      return { digest: key.digest, wouldHit: this.#table.lookUp(key.digest, context.clock.now()) };
    }
    this.#bypasses += 1;
    return { digest: undefined, wouldHit: this.#lives.map(() => false) };
  }

  #conclude({ digest, wouldHit, input, context, note }: AdvisedRequest<I>, answer: AdvisedAnswer): void {
    const { clock } = context;
    const costUsd = this.#rules.costOf({ input, usage: answer.usage, model: answer.model }, clock.epochMs());
    this.#costUsd += costUsd ?? 0;
    for (const [index, life] of this.#lives.entries()) {
      if (wouldHit[index] !== true) continue;
      life.hits += 1;
      if (costUsd === undefined) life.unpriced += 1;
      else life.savedUsd += costUsd;
    }
    if (!answer.isCacheable) this.#uncacheable += 1;
    else if (digest !== undefined) this.#table.store(digest, clock.now());
    const hitWithinMs = this.#lives.filter((_, index) => wouldHit[index]).map(({ ttlMs }) => ttlMs);
    note('cacheAdvisor.request', { hitWithinMs, costUsd });
  }
}

function checkLives(owner: string, name: string, livesMs: unknown): void {
  const allowed = `a list of 1 to ${MAX_LIVES} different durations in milliseconds`;
  if (!Array.isArray(livesMs)) throw new TypeError(refusal(owner, name, livesMs, allowed));
  for (const ttlMs of livesMs) checkNumber(owner, name, ttlMs, { above: 0 });
  const different = new Set(livesMs).size;
  if (different < livesMs.length || different === 0 || different > MAX_LIVES) {
    const found = `${livesMs.length}, ${different} of them different`;
    throw new RangeError(`${owner}: ${name} must be ${allowed}, but it has ${found}`);
  }
}
