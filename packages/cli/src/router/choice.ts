import { type Choices, calibrate, outcomeOf, sentBy, type Threshold } from 'tta-evaluation';
import type { ScoreCalibration } from 'tta-observability-integration/learning';
import { counted } from '../output/format.ts';
import type { Pair } from './pair.ts';

/** A threshold that sends everything to the strong model, or saves nothing, is none. */
export function settled(
  { threshold, isAdmitted }: Threshold,
  scores: Float64Array,
  choices: Choices,
): Pick<ScoreCalibration, 'choice' | 'threshold'> {
  const saved = outcomeOf(choices, sentBy(threshold, scores)).saved ?? 0;
  if (!isAdmitted || saved <= 0) return { choice: 'always_strong', threshold: null };
  if (threshold === Infinity) return { choice: 'always_cheap', threshold: null };
  return { choice: 'by_score', threshold };
}

/** Why everything goes to one model; null where the score decides. */
export function whyOf(
  { target, choice, rows }: ScoreCalibration,
  { cheap, strong }: Pair,
  choices: Choices,
  scores: Float64Array,
): string | null {
  if (choice === 'by_score') return null;
  const kept = `${(100 * target).toFixed(1)} % of the quality of ${strong}`;
  const alwaysCheap = outcomeOf(choices, new Uint8Array(scores.length));
  const retained = `${alwaysCheap.retained?.toFixed(1) ?? '-'} %`;
  if (choice === 'always_cheap')
    return `${cheap} alone keeps ${kept} with confidence (${retained} on ${counted(rows, 'row')}), at less cost.`;
  if ((alwaysCheap.saved ?? 0) <= 0)
    return `${cheap} costs no less than ${strong} on these rows, so nothing can be saved.`;
  const hopeful = outcomeOf(choices, sentBy(calibrate(choices, scores, { target, z: 0 }).threshold, scores)).saved ?? 0;
  return (
    `No threshold keeps ${kept} with confidence on ${counted(rows, 'row')}; ${cheap} alone keeps ${retained}. ` +
    (hopeful > 0
      ? `One that merely meets the target here would save ${hopeful.toFixed(1)} %, and miss it on new rows about every other time; more graded rows may settle it.`
      : 'The scores do not tell which answers of the cheap model are good enough.')
  );
}
