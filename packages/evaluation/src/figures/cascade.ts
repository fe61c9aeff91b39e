import { resample } from './bootstrap.ts';
import { type CalibrationOptions, type CalibrationRefusal, calibrationOptions } from './calibrate.ts';
import type { Choices, GradedCalls } from './choices.ts';
import { type Outcome, type OutcomeFigures, outcomeFigures, outcomeOf, randomMixSaved } from './outcome.ts';
import { type Kept, PromiseTest, USUAL_ALPHA } from './promise.ts';
import { leastRows } from './rows-needed.ts';

/** Rows that two cheap models were asked, and that go to the strong one where their answers differ. */
export interface CascadeRows {
  readonly first: GradedCalls;
  readonly second: GradedCalls;
  readonly strong: GradedCalls;
  /** 1 where the answers of `first` and `second` are equal (`answersAgree`). */
  readonly agrees: Uint8Array;
}

/** What a cascade comes to, in percent. */
export interface CascadeFigures extends OutcomeFigures {
  readonly n: number;
  readonly agreement: number;
  /** What a random mix of the first cheap and the strong model saves where it retains as much. */
  readonly randomMixSaved: number | null;
  /** False where it is not shown that quality is kept and something is saved: then the strong model alone is asked. */
  readonly enabled: boolean;
}

/** What graded rows show about a cascade. */
export interface CascadeAdmission {
  /** Whether the rows show that the target is kept and that something is saved: only then is the cascade to be enabled. */
  readonly isAdmitted: boolean;
  /** Undefined if it is admitted. */
  readonly refusal?: CalibrationRefusal | undefined;
  /** Shown to be kept of the quality, and saved of the cost, in percent; null if nothing is. */
  readonly keptLow: number;
  readonly savedLow: number | null;
}

/**
 * Whether graded rows show that a cascade keeps a share of the strong model's quality, and that it saves: agreement alone says
 * nothing about either.
 *
 * @throws RangeError if an option is out of its range, or if there are no rows
 */
export function admitCascade(rows: CascadeRows, options: CalibrationOptions): CascadeAdmission {
  const { target, ...promised } = calibrationOptions(options);
  if (rows.agrees.length === 0) throw new RangeError('there are no rows to calibrate on');
  const [test, kept] = [new PromiseTest(cascadeChoices(rows), promised), keptBy(rows)];
  const refusal = refusalOf(test, kept, target);
  const savedLow = test.savedLow(kept);
  return {
    isAdmitted: refusal === undefined,
    refusal,
    keptLow: 100 * test.keptLow(kept, target),
    savedLow: savedLow === null ? null : 100 * savedLow,
  };
}

function refusalOf(test: PromiseTest, kept: Kept, target: number): CalibrationRefusal | undefined {
  if (test.strongRight < leastRows(target)) return 'too_few_rows';
  if (!test.keeps(kept, target)) return 'quality';
  return test.saves(kept) ? undefined : 'saving';
}

/**
 * Whether rows show that a cascade saves more than its cheap calls cost. Agreeing rows are the cheap ones, so the strong model's cost
 * on them is counted, not their number. No grade is needed, and nothing is said about quality. An unknown cost shows nothing.
 */
export function isWorthwhile(rows: CascadeRows, alpha: number = USUAL_ALPHA): boolean {
  return rows.agrees.length > 0 && new PromiseTest(cascadeChoices(rows), { alpha }).saves(keptBy(rows));
}

function keptBy({ agrees }: CascadeRows): Kept {
  return { scores: Float64Array.from(agrees, (agree) => 1 - agree), threshold: 0 };
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

/** The same where some rows ask the strong model at once: 1 in `asked` where the cheap ones are asked first. */
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
