import { type Choices, outcomeOf, sentBy, type Threshold, unprovenThreshold } from 'tta-evaluation';
import type { ScoreCalibration } from 'tta-observability-integration/learning';
import { counted } from '../output/format.ts';
import type { Pair } from './pair.ts';

type Choice = Pick<ScoreCalibration, 'choice' | 'threshold'>;

/**
 * What weights do: what the calibration admits, or, where it admits nothing, the threshold that merely meets the target on its own
 * rows. A threshold that saves nothing is not admitted.
 */
export function settled(
  { threshold, isAdmitted }: Threshold,
  scores: Float64Array,
  choices: Choices,
  target: number,
): Choice {
  if (isAdmitted) return choiceAt(threshold);
  const hopeful = unprovenThreshold(choices, scores, target);
  const saved = outcomeOf(choices, sentBy(hopeful, scores)).saved ?? 0;
  return saved > 0 ? choiceAt(hopeful) : { choice: 'always_strong', threshold: null };
}

function choiceAt(threshold: number): Choice {
  return threshold === Infinity ? { choice: 'always_cheap', threshold: null } : { choice: 'by_score', threshold };
}

/** Why everything goes to one model; null where the score decides. */
export function whyOf(
  { target, choice, rows }: ScoreCalibration,
  { cheap, strong }: Pair,
  choices: Choices,
): string | null {
  if (choice === 'by_score') return null;
  if (choice === 'always_strong') return `No threshold saves anything while it keeps the target on these rows.`;
  const { retained } = outcomeOf(choices, new Uint8Array(choices.cheapQuality.length));
  return (
    `${cheap} alone keeps ${(100 * target).toFixed(1)} % of the quality of ${strong} ` +
    `(${retained?.toFixed(1) ?? '-'} % on ${counted(rows, 'row')}), at less cost.`
  );
}
