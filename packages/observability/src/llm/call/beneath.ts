import type { Facts } from 'tta-dev-primitives';
import type { ExecutionRecord, FactName } from 'tta-dev-primitives/internal';
import type { Usage } from '../money/usage.ts';
import { isCall } from './facts.ts';

/** What the model calls beneath an execution cost, and what caches beneath it saved. */
export interface Spending {
  /** How many models were asked. */
  readonly calls: number;
  /** In US dollars; null if the cost of a call is unknown. */
  readonly costUsd: number | null;
  /** What the calls cost whose cost is known, in US dollars. */
  readonly knownUsd: number;
  /** The tokens of each call that said what it used. */
  readonly usages: readonly Usage[];
  /** The model that answered last, as the provider names it. */
  readonly model: string | undefined;
  /** Whether a cache answered in place of a call. */
  readonly isReused: boolean;
  /** The tokens that each answer of a cache had used when it was made. */
  readonly reusedUsages: readonly Usage[];
  /** What the answers of caches would have cost, in US dollars; null if the cost of one is unknown. */
  readonly reusedUsd: number | null;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };

type Read = { readonly [Name in FactName]?: (spending: Mutable<Spending>, value: Facts[Name]) => void };

/** The facts of caches are read by name: a cache is one more thing that may stand between an execution and a model. */
const READ: Read = {
  'llm.outcome': (spending, outcome) => {
    if (isCall(outcome)) spending.calls += 1;
  },
  'llm.costUsd': (spending, usd) => {
    spending.knownUsd += usd;
    if (spending.costUsd !== null) spending.costUsd += usd;
  },
  'llm.unpriced': (spending) => {
    spending.costUsd = null;
  },
  'llm.usage': (spending, usage) => void spending.usages.push(usage),
  'llm.responseModel': (spending, model) => {
    spending.model = model;
  },
  'cache.outcome': (spending, outcome) => {
    if (outcome !== 'miss' && outcome !== 'bypass') spending.isReused = true;
  },
  'cache.usage': (spending, usage) => void spending.reusedUsages.push(usage),
  'cache.savedUsd': (spending, { usd }) => {
    if (spending.reusedUsd !== null) spending.reusedUsd += usd;
  },
  'cache.unpriced': (spending) => {
    spending.reusedUsd = null;
  },
};

/** What was spent and saved beneath a call of a part, once its output has ended. */
export function spendingBeneath(record: ExecutionRecord): Spending {
  const spending: Mutable<Spending> = {
    calls: 0,
    costUsd: 0,
    knownUsd: 0,
    usages: [],
    model: undefined,
    isReused: false,
    reusedUsages: [],
    reusedUsd: 0,
  };
  record.forEachFact((name, value) => {
    // A cast, because the type does not remember that the value was stated under this very name.
    (READ[name] as ((spending: Mutable<Spending>, value: unknown) => void) | undefined)?.(spending, value);
  });
  return spending;
}

/**
 * What is known to have been paid beneath a call, in US dollars.
 *
 * @returns undefined if no model call and no cache says anything, or if the cost of a call is not known
 */
export function paidBeneath(record: ExecutionRecord): number | undefined {
  const { calls, isReused, costUsd } = spendingBeneath(record);
  return calls > 0 || isReused ? (costUsd ?? undefined) : undefined;
}

/**
 * What the model call that gave an answer cost, in US dollars. Calls before it are left out: answers that were rejected, and failed attempts.
 *
 * @param usage - the tokens of the answer, by which its call is known
 * @returns undefined if no call beneath has that usage and a known cost
 */
export function costOfAnswer(record: ExecutionRecord, usage: Usage | undefined): number | undefined {
  let isAnswering = false;
  let costUsd: number | undefined;
  record.forEachFact((name, value) => {
    if (name === 'llm.usage')
      isAnswering = isSameUsage(value as Usage, usage); // a cast as above
    else if (name === 'llm.costUsd' && isAnswering) costUsd = value as number;
    else if (name === 'llm.unpriced' && isAnswering) costUsd = undefined;
  });
  return costUsd;
}

function isSameUsage(one: Usage, other: Usage | undefined): boolean {
  return one.inputTokens === other?.inputTokens && one.outputTokens === other.outputTokens;
}
