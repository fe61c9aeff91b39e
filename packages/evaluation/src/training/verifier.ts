import {
  answersAgree,
  chanceBy,
  checkArithmetic,
  type GradedAnswer,
  logit,
  normalAnswer,
} from 'tta-observability-integration/learning';
import { fitLogistic } from './logistic.ts';

/** What a verifier sees of a row, after the cheap call and before the strong one. */
export interface VerifiedRow {
  /** P(good) before the call, of the cheap and of the strong model, from weights that have not seen the row. */
  readonly cheapChance: number;
  readonly strongChance: number;
  readonly cheap: GradedAnswer;
  /** A second opinion, if one was asked for. */
  readonly second?: GradedAnswer | undefined;
}

/** Qualities to learn from, row by row. */
export interface VerifierTargets {
  readonly cheap: Float64Array;
  readonly strong: Float64Array;
}

/** How much better the strong answer is likely to be than the cheap one that is there: P(strong good) - P(cheap good). */
export type Verifier = (row: VerifiedRow) => number;

/**
 * Learns to tell when a cheap answer will do: from the chances before the call, and from how the answer looks (whether there is one,
 * its length, whether its sums are right, whether a second model says the same).
 */
export function fitVerifier(rows: readonly VerifiedRow[], targets: VerifierTargets): Verifier {
  const inputs = rows.map(inputsOf);
  const cheap = chanceBy(fitLogistic(inputs, targets.cheap));
  const strong = chanceBy(fitLogistic(inputs, targets.strong));
  return (row) => {
    const seen = inputsOf(row);
    return strong(seen) - cheap(seen);
  };
}

function inputsOf({ cheapChance, strongChance, cheap, second }: VerifiedRow): readonly number[] {
  const answer = normalAnswer(cheap.answer);
  const tokens = Math.log1p(cheap.outputTokens ?? 0);
  const { equations, wrong } = checkArithmetic(cheap.text ?? '');
  const agrees = second !== undefined && answersAgree(cheap.answer, second.answer) ? 1 : 0;
  const cheapLogit = logit(cheapChance);
  return [
    cheapLogit,
    logit(strongChance),
    tokens,
    tokens * tokens,
    answer === undefined ? 1 : 0,
    Math.log1p(answer?.length ?? 0),
    answer !== undefined && /^-?[\d.]+%?$/.test(answer) ? 1 : 0,
    Math.log1p(equations),
    Math.min(3, wrong),
    agrees,
    agrees * cheapLogit,
    agrees * tokens,
    second !== undefined && normalAnswer(second.answer) === undefined ? 1 : 0,
    Math.log1p(second?.outputTokens ?? 0),
  ];
}
