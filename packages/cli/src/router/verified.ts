import { type Choices, cascadeChoices } from 'tta-evaluation';
import { answersOf } from './answers.ts';
import type { VerifiedAnswers } from './measure.ts';
import type { PairRows } from './pair.ts';
import type { UnseenScores } from './unseen.ts';

/** What a verifier has judged, and what a cascade of both models comes to. */
export function verifiedIn(
  { rows, calls }: PairRows,
  cheap: string,
  { trust }: UnseenScores,
): VerifiedAnswers | undefined {
  if (trust === undefined) return undefined;
  return { trust, answers: answersOf(rows, cheap), cascade: cascadeOf(calls) };
}

/** The cheap model is asked first, and the strong one after it where the answer will not do. */
export function cascadeOf({ cheap, strong }: PairRows['calls']): Choices {
  const nobody = { quality: cheap.quality, cost: new Float64Array(cheap.cost.length) };
  return cascadeChoices({ first: cheap, second: nobody, strong });
}
