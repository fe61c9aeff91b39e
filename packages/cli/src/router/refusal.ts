import {
  type Choices,
  type CostMatchedControl,
  type DominatedModel,
  leastRows,
  outcomeOf,
  PromiseTest,
  rowsToShowTarget,
  rowsWithoutLoss,
  type Threshold,
  USUAL_ALPHA,
} from 'tta-evaluation';
import { counted } from '../output/format.ts';
import type { MeasuredRouter } from './measure.ts';
import type { Pair } from './pair.ts';

/** Rows between two models, and what is to be promised of them. */
export interface Asked {
  readonly pair: Pair;
  readonly target: number;
  /** What is given and paid; of a verifier with the cheap call in every row. */
  readonly choices: Choices;
  readonly questions: readonly number[];
  /** The most that the cheap calls of one request can cost; twice the largest in the rows, if nothing is declared. */
  readonly mostCheapCost?: number | undefined;
}

/** Why no scores could lead to a promise, in one sentence that says what would be needed; undefined if some could. */
export function refusalBefore(asked: Asked, dominated: readonly DominatedModel[]): string | undefined {
  return nothingToSave(asked) ?? tooFewRows(asked) ?? needlessModel(dominated);
}

/** Why these scores lead to no promise, in one sentence that says what would be needed; undefined if they do. */
export function refusalAfter(
  asked: Asked,
  found: Threshold,
  scores: Float64Array,
  control: CostMatchedControl | undefined,
  measured: MeasuredRouter | undefined,
): string | undefined {
  if (found.refusal === 'quality') return qualityProblem(asked, scores);
  if (found.refusal === 'saving') {
    return `${counted(found.rows, 'row')} do not show that anything is saved at ${kept(asked)}; what is needed is a cheaper model than ${asked.pair.cheap}, or more rows.`;
  }
  return found.threshold === Infinity || control === undefined ? undefined : chanceProblem(asked, control, measured);
}

function tooFewRows({ pair: { cheap, strong }, target, choices, questions }: Asked): string | undefined {
  const { rows, strongRight } = new PromiseTest(choices, { questions });
  if (strongRight >= leastRows(target)) return undefined;
  const needed = rowsWithoutLoss(target, USUAL_ALPHA);
  const right = Number(strongRight.toFixed(1)).toLocaleString('en-US');
  const those = `${counted(rows, 'question')} with ${right} on which ${strong} is right ${rows === 1 ? 'is' : 'are'} too few to promise ${(100 * target).toFixed(1)} % of its quality`;
  if (needed === undefined) return `${those}: rows are needed on which ${cheap} is right and ${strong} is not.`;
  const inAll =
    strongRight > 0 ? `, about ${counted(Math.ceil((needed * rows) / strongRight), 'row')} like these,` : '';
  return `${those}: at least ${needed} on which it is right${inAll} are needed, if ${cheap} loses none of them.`;
}

function needlessModel([first]: readonly DominatedModel[]): string | undefined {
  if (first === undefined) return undefined;
  const { model, by, better, betterLow, betterHigh, costShare } = first;
  return (
    `${by} is better than ${model} by ${better.toFixed(1)} points [${betterLow.toFixed(1)}, ${betterHigh.toFixed(1)}] and costs ` +
    `${costShare.toFixed(0)} % of it, so you need no router: use ${by} alone, or name a pair in which the more expensive model is better.`
  );
}

function nothingToSave({ pair: { cheap, strong }, choices }: Asked): string | undefined {
  const { saved } = outcomeOf(choices, new Uint8Array(choices.cheapQuality.length));
  if (saved === null || saved > 0) return undefined;
  return `${cheap} costs no less than ${strong} on these rows, so nothing can be saved: a cheaper model is needed.`;
}

function qualityProblem(asked: Asked, scores: Float64Array): string {
  const { pair, target, choices } = asked;
  const { retained } = outcomeOf(choices, new Uint8Array(scores.length));
  const problem = `No threshold is shown to keep ${kept(asked)} on ${counted(scores.length, 'row')} (${pair.cheap} alone keeps ${retained?.toFixed(1) ?? '-'} %)`;
  const rows = rowsToShowTarget(choices, scores, { target });
  return rows === undefined
    ? `${problem}, and more rows would not show one: a better cheap model, or a lower target, is needed.`
    : `${problem}: about ${rows.toLocaleString('en-US')} rows like these are needed.`;
}

/** Decisions that are worth no more than a coin: then the coin saves as much. */
function chanceProblem(
  { pair: { strong } }: Asked,
  { lift, liftLow, liftHigh, beatsChance }: CostMatchedControl,
  measured: MeasuredRouter | undefined,
): string | undefined {
  if (beatsChance || (measured?.apgrLow ?? 0) > 0.5) return undefined;
  const mix = measured?.randomMixSaved ?? null;
  return (
    `The scores are not known to beat chance: at the same spend answers are ${lift.toFixed(1)} points [${liftLow?.toFixed(1) ?? '-'}, ${liftHigh?.toFixed(1) ?? '-'}] ` +
    `better than those of a random mix${mix === null ? '' : `, which saves ${mix.toFixed(1)} % at the same quality`}; ` +
    `what is needed is something that tells when ${strong} is better: more graded rows to train on, or a verifier of the answer.`
  );
}

function kept({ pair: { strong }, target }: Asked): string {
  return `${(100 * target).toFixed(1)} % of the quality of ${strong}`;
}
