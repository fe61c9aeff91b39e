import { resample } from './bootstrap.ts';
import { type Choices, type GradedCalls, total } from './choices.ts';
import { type Outcome, type OutcomeFigures, outcomeFigures, outcomeOf, randomMixSaved } from './outcome.ts';

/** Rows that two cheap models were asked, and that go to the strong one where their answers differ. */
export interface CascadeRows {
  readonly first: GradedCalls;
  readonly second: GradedCalls;
  readonly strong: GradedCalls;
  /** 1 where the answers of `first` and `second` are equal ({@link answersAgree}). */
  readonly agrees: Uint8Array;
}

/** What a cascade comes to, in percent. */
export interface CascadeFigures extends OutcomeFigures {
  readonly n: number;
  readonly agreement: number;
  /** What a random mix of the first cheap and the strong model saves where it retains as much. */
  readonly randomMixSaved: number | null;
  /** False where the cheap calls would cost more than they save: then the strong model alone is asked. */
  readonly enabled: boolean;
}

/**
 * Whether a cascade is worth its cheap calls, by the rule of thumb: they may cost at most that share of the strong call of which
 * agreement saves it. A rate of no rows, or an unknown cost, is no reason to begin.
 */
export function isWorthwhile({ first, second, strong, agrees }: CascadeRows): boolean {
  const cheapShare = (total(first.cost) + total(second.cost)) / total(strong.cost);
  return cheapShare <= agreementOf(agrees);
}

/** What the cascade gives: cheap is the first answer after both cheap calls, strong is the strong answer after all three. */
export function cascadeChoices({ first, second, strong }: Omit<CascadeRows, 'agrees'>): Choices {
  const cheapCost = first.cost.map((cost, row) => cost + (second.cost[row] as number));
  return {
    cheapQuality: first.quality,
    strongQuality: strong.quality,
    cheapCost,
    strongCost: strong.cost.map((cost, row) => cost + (cheapCost[row] as number)),
    baselineCost: strong.cost,
  };
}

/** The same for rows of which some ask the strong model at once: 1 in `asked` where the cheap ones are asked first. */
function selectiveChoices(rows: Omit<CascadeRows, 'agrees'>, asked: Uint8Array): Choices {
  const choices = cascadeChoices(rows);
  return {
    ...choices,
    strongCost: choices.strongCost.map((cost, row) => (asked[row] === 1 ? cost : (rows.strong.cost[row] as number))),
  };
}

/**
 * Measures a cascade at its one operating point: the first cheap answer is accepted if, and only if, the second one is equal.
 * One that is not enabled asks the strong model alone, so it saves nothing and retains everything.
 *
 * @param asked - 1 where the cheap models are asked at all. @defaultValue everywhere
 */
export function cascadeFigures(
  rows: CascadeRows,
  enabled: boolean,
  seed: number,
  asked: Uint8Array = new Uint8Array(rows.agrees.length).fill(1),
): CascadeFigures {
  const n = rows.agrees.length;
  const agreement = 100 * agreementOf(rows.agrees);
  if (!enabled) {
    const whole = { retained: 100, retainedLow: 100, retainedHigh: 100, saved: 0, savedLow: 0, savedHigh: 0 };
    return { n, agreement, ...whole, randomMixSaved: 0, enabled };
  }
  const choices = selectiveChoices(rows, asked);
  const sent = rows.agrees.map((agrees, row) => (agrees === 1 && asked[row] === 1 ? 0 : 1));
  const draws: Record<keyof Outcome, (number | null)[]> = { retained: [], saved: [] };
  resample(n, seed, (counts) => {
    const outcome = outcomeOf(choices, sent, counts);
    draws.retained.push(outcome.retained);
    draws.saved.push(outcome.saved);
  });
  const outcome = outcomeOf(choices, sent);
  const mix = { ...choices, cheapCost: rows.first.cost };
  return {
    n,
    agreement,
    ...outcomeFigures(outcome, draws),
    randomMixSaved: outcome.retained === null ? null : randomMixSaved(mix, outcome.retained),
    enabled,
  };
}

function agreementOf(agrees: Uint8Array): number {
  return agrees.reduce((sum, agree) => sum + agree, 0) / agrees.length;
}
