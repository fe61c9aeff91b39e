import type { Step, WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import {
  asOnlyWork,
  functionOption,
  methodsOption,
  nameOption,
  numberOption,
  type OptionRules,
  option,
  readOptions,
  refusal,
  required,
} from 'tta-dev-primitives/internal';
import type { BudgetLimit, LimitStore, Limits, LimitUse } from '../../limits/limit-store.ts';
import { MemoryLimits } from '../../limits/memory-limits.ts';
import { modelCall, modelCallsIn } from '../../llm/call/model-call.ts';
import { type PriceSource, priceSourceOption } from '../../llm/money/price-source.ts';
import { checkKey, keyFunction, type LimitKey } from './limit-key.ts';
import { UseEstimates } from './use-estimates.ts';

export interface LimitOptions<I> extends Limits {
  /** Whose limits apply: `'tenant'`, `'user'`, `'model'`, `'tag'`, `'tag:NAME'`, or a function. */
  readonly key: LimitKey<I>;
  /** How many requests may start within any 60 seconds. @defaultValue any number */
  readonly requestsPerMinute?: number | undefined;
  /**
   * How many tokens, input and output, the requests that start within any 60 seconds may use. A request reserves what it may use, and is settled
   * with what it used. @defaultValue any number
   */
  readonly tokensPerMinute?: number | undefined;
  /**
   * How many requests may run at once. A stream counts until it has ended. Work that ignores its signal counts until it
   * returns. @defaultValue any number
   */
  readonly concurrent?: number | undefined;
  /** What may be spent in each window, in US dollars. @defaultValue any amount */
  readonly budget?: BudgetLimit | undefined;
  /**
   * Where usage is counted: `memoryLimits()` or `redisLimits()`. Primitives with the same store and `operation` count
   * together. @defaultValue memory of its own
   */
  readonly store?: LimitStore | undefined;
  /**
   * What a request may use at most. What is missing is estimated from the request: its size, and the most output tokens that it asks for.
   *
   * @defaultValue the built-in estimate
   */
  readonly estimate?: ((input: I, context: WorkflowContext) => Partial<LimitUse>) | undefined;
  /** The longest answer to requests that do not limit theirs, in output tokens. @defaultValue what answers to the same key usually have */
  readonly maxOutputTokens?: number | undefined;
  /** Where prices come from, for a step that makes no model call of its own. @defaultValue bundledPrices */
  readonly prices?: PriceSource | undefined;
  /**
   * Names the limit in metrics and errors, and keeps its counts separate from other operations in the same store.
   * @defaultValue the step's name
   */
  readonly operation?: string | undefined;
}

/** Options, checked and with their defaults. */
export interface LimitSettings<I, O> {
  readonly step: WorkflowPrimitive<I, O>;
  readonly operation: string;
  readonly limits: Limits;
  readonly store: LimitStore;
  /** Whether the primitive made the store, and so closes it. */
  readonly isStoreOwned: boolean;
  readonly keyOf: (input: I, context: WorkflowContext) => string;
  /** Undefined if neither tokens nor money are limited. */
  readonly estimates: UseEstimates | undefined;
  readonly estimate: LimitOptions<I>['estimate'];
}

const OWNER = 'LimitPrimitive';

const BUDGET_RULES = {
  limitUsd: required(numberOption({ atLeast: 0 })),
  windowMs: required(numberOption({ atLeast: 1 })),
} satisfies OptionRules<BudgetLimit>;

const COUNT = numberOption({ atLeast: 1, isInteger: true, allowInfinity: true });

const RULES = {
  key: required(option(checkKey)),
  requestsPerMinute: COUNT,
  tokensPerMinute: COUNT,
  concurrent: COUNT,
  budget: option(checkBudget),
  store: methodsOption('reserve', 'close'),
  estimate: functionOption(),
  maxOutputTokens: numberOption({ atLeast: 1, isInteger: true }),
  prices: priceSourceOption,
  operation: nameOption,
} satisfies OptionRules<LimitOptions<never>>;

/** @throws TypeError or RangeError that names the option */
export function limitSettingsOf<I, O>(work: Step<I, O>, options: LimitOptions<I>): LimitSettings<I, O> {
  const inner = asOnlyWork(work);
  const read = readOptions(OWNER, options, RULES);
  const { requestsPerMinute, tokensPerMinute, concurrent, budget, store, prices, maxOutputTokens } = read;
  const limits: Limits = { requestsPerMinute, tokensPerMinute, concurrent, budget };
  if (Object.values(limits).every((limit) => limit === undefined)) {
    throw new TypeError(`${OWNER}: at least one of ${Object.keys(limits).join(', ')} must be given`);
  }
  const isMetered = tokensPerMinute !== undefined || budget !== undefined;
  const step = isMetered && modelCallsIn(inner).length === 0 ? modelCall(inner, { prices }) : inner;
  return {
    step,
    operation: read.operation ?? inner.name,
    limits,
    store: store ?? new MemoryLimits(),
    isStoreOwned: store === undefined,
    keyOf: keyFunction(OWNER, options.key),
    estimates: isMetered
      ? new UseEstimates({ step, prices, maxOutputTokens, isPriced: budget !== undefined })
      : undefined,
    estimate: options.estimate,
  };
}

/** What the user's `estimate` returns. @throws TypeError or RangeError that names what is wrong with it */
export function checkedEstimate(estimate: unknown): Partial<LimitUse> {
  if (typeof estimate !== 'object' || estimate === null) {
    throw new TypeError(refusal(OWNER, 'what estimate() returns', estimate, 'an object with tokens or costUsd'));
  }
  return readOptions(OWNER, estimate as Partial<LimitUse>, ESTIMATE_RULES, 'estimate()');
}

const ESTIMATE_RULES = {
  tokens: numberOption({ atLeast: 0 }),
  costUsd: numberOption({ atLeast: 0 }),
} satisfies OptionRules<Partial<LimitUse>>;

function checkBudget(owner: string, name: string, budget: unknown): void {
  if (typeof budget !== 'object' || budget === null) {
    throw new TypeError(refusal(owner, name, budget, 'an object with limitUsd and windowMs'));
  }
  readOptions(owner, budget as BudgetLimit, BUDGET_RULES, name);
}
