import { type Choices, cascadeChoices } from 'tta-evaluation';
import { answersAgree, type GradedRow } from 'tta-observability-integration/learning';
import { type Reading, seenOf } from './answers.ts';
import type { VerifiedAnswers } from './measure.ts';
import type { Pair, PairCalls, PairRows } from './pair.ts';
import type { UnseenScores } from './unseen.ts';

/** What a verifier has judged, and what a cascade of both models comes to. */
export function verifiedIn(
  { rows, calls }: PairRows,
  pair: Pair,
  reading: Reading | undefined,
  { trust }: UnseenScores,
): VerifiedAnswers | undefined {
  if (trust === undefined || reading === undefined) return undefined;
  const lengths = seenOf(rows, pair.cheap, pair, reading).map(
    ({ text, outputTokens = 0 }) => text?.length ?? outputTokens,
  );
  return { trust, lengths: Float64Array.from(lengths), differs: differing(rows, pair), cascade: cascadeOf(calls) };
}

/** The cheap models are asked first, and the strong one after them where the answer will not do. */
export function cascadeOf({ cheap, strong, second }: PairCalls): Choices {
  const free = { quality: cheap.quality, cost: new Float64Array(cheap.cost.length) };
  return cascadeChoices({ first: cheap, second: second ?? free, strong });
}

/** Where what was extracted of both answers differs, or cannot be compared; undefined if nothing was extracted of any strong answer. */
function differing(rows: readonly GradedRow[], { cheap, strong }: Pair): Uint8Array | undefined {
  if (rows.every(({ answers }) => answers[strong]?.answer === undefined)) return undefined;
  return Uint8Array.from(rows, ({ answers }) =>
    answersAgree(answers[cheap]?.answer, answers[strong]?.answer) ? 0 : 1,
  );
}
