import {
  assumedCheapCost,
  type CostMatchedControl,
  calibrate,
  costMatchedControl,
  type DominatedModel,
  histogramOf,
  PromiseTest,
  sentBy,
  USUAL_ALPHA,
  wilson,
} from 'tta-evaluation';
import { packQuestions, type ScoreCalibration } from 'tta-observability-integration/learning';
import { settled, whyOf } from './choice.ts';
import { canMeasure, type MeasuredRouter, measureRouters, type VerifiedAnswers } from './measure.ts';
import type { PairRows } from './pair.ts';
import type { Progress } from './progress.ts';
import { type Asked, refusalAfter, refusalBefore } from './refusal.ts';
import type { UnseenScores } from './unseen.ts';

/** What graded rows show, and what is decided by it. Shares are in percent. */
export interface Decision {
  /** Why nothing is promised, in one sentence that says what would be needed; null if the target is shown to be kept. */
  readonly refusal: string | null;
  /** Shown to be kept of the quality, and saved of the cost; null if nothing is. */
  readonly keptLow: number | null;
  readonly savedLow: number | null;
  /** The most that the cheap calls of one request may cost for the saving to be shown, in US dollars. */
  readonly mostCheapCost: number;
  readonly choice: ScoreCalibration['choice'];
  readonly threshold: number | null;
  /** Graded rows that it was chosen on. */
  readonly rows: number;
  /** Of them, how many it sends to the strong model, in percent. */
  readonly sent: number;
  /** Why everything goes to one model; null where the score decides. */
  readonly why: string | null;
  /** What to expect of new rows: each fifth with a threshold that was chosen on the others. Empty where rows are too few. */
  readonly expected: readonly MeasuredRouter[];
  /** Whether the decisions beat chance at the same spend; null where everything goes to one model. */
  readonly control: CostMatchedControl | null;
}

/** Scores of rows that are to be decided by. */
export interface Scored {
  readonly asked: Asked;
  readonly paired: PairRows;
  readonly unseen: UnseenScores;
  /** The answers that a verifier has judged, if it is to decide. */
  readonly verified: VerifiedAnswers | undefined;
  /** What the rows alone are refused for. */
  readonly early: string | undefined;
  readonly seed: number;
}

/** What needs no scores: a refusal by the rows themselves; undefined if scores must be looked at. */
export function decideEarly(
  asked: Asked,
  dominated: readonly DominatedModel[],
): (Decision & { refusal: string }) | undefined {
  const refusal = refusalBefore(asked, dominated);
  return refusal === undefined ? undefined : refusedAtOnce(refusal, asked);
}

/** Chooses the threshold that is shown to keep the target and to save, and says what is to be expected of it. */
export async function decide(
  { asked, paired, unseen, verified, early, seed }: Scored,
  progress: Progress,
): Promise<Decision & { readonly calibration: ScoreCalibration }> {
  const { pair, target, choices, questions, mostCheapCost } = asked;
  const { gains, trust, data } = unseen;
  const scores = trust?.map((value) => -value) ?? gains;
  const found = calibrate(choices, scores, { target, questions, mostCheapCost });
  const decided = settled(found, scores, choices, target);
  const sent = sentIn(decided, scores);
  await progress.pause();
  progress.at(1, 'measuring');
  await progress.pause();
  const expected = canMeasure(data) ? measureRouters(data, paired.choices, gains, { target, seed, verified }) : [];
  const control = decided.choice === 'by_score' ? costMatchedControl(choices, sent, seed, paired.choices) : undefined;
  const measured = verified === undefined ? expected.find(({ router }) => router === 'learned') : undefined;
  const refusal = early ?? refusalAfter(asked, found, scores, control, measured) ?? null;
  const bounds = boundsOf(asked, sent);
  const calibration: ScoreCalibration = {
    target,
    promise: refusal === null ? 'shown' : 'not_shown',
    alpha: USUAL_ALPHA,
    ...bounds,
    choice: decided.choice,
    threshold: trust === undefined || decided.threshold === null ? decided.threshold : -decided.threshold,
    rows: found.rows,
    questions: packQuestions(data.questions),
    scores: histogramOf(trust ?? gains),
    ...(verified?.differs === undefined ? {} : { differing: differingShare(verified.differs, sent) }),
  };
  return {
    calibration,
    refusal,
    keptLow: percentOf(bounds.keptLow),
    savedLow: percentOf(bounds.savedLow),
    mostCheapCost: asked.mostCheapCost ?? assumedCheapCost(asked.choices),
    choice: calibration.choice,
    threshold: calibration.threshold,
    rows: found.rows,
    sent: (100 * sent.reduce((sum, one) => sum + one, 0)) / sent.length,
    why: refusal === null ? whyOf(calibration, pair, choices) : null,
    expected,
    control: control ?? null,
  };
}

function refusedAtOnce(refusal: string, asked: Asked): Decision & { refusal: string } {
  return {
    refusal,
    keptLow: null,
    savedLow: null,
    mostCheapCost: asked.mostCheapCost ?? assumedCheapCost(asked.choices),
    choice: 'always_strong',
    threshold: null,
    rows: asked.questions.length,
    sent: 100,
    why: null,
    expected: [],
    control: null,
  };
}

function sentIn(
  { choice, threshold }: Pick<ScoreCalibration, 'choice' | 'threshold'>,
  scores: Float64Array,
): Uint8Array {
  if (threshold !== null) return sentBy(threshold, scores);
  return new Uint8Array(scores.length).fill(choice === 'always_strong' ? 1 : 0);
}

/** What rows show of decisions, as shares. */
function boundsOf(
  { choices, questions, target, mostCheapCost }: Asked,
  sent: Uint8Array,
): { readonly keptLow: number; readonly savedLow: number | null } {
  const test = new PromiseTest(choices, { questions, mostCheapCost });
  const kept = { scores: Float64Array.from(sent), threshold: 0 };
  return { keptLow: test.keptLow(kept, target), savedLow: test.savedLow(kept) };
}

function percentOf(share: number | null): number | null {
  return share === null ? null : 100 * share;
}

/** The most that the share of accepted answers that differ from the strong ones can be, by Wilson's bound. */
function differingShare(differs: Uint8Array, sent: Uint8Array): number {
  const accepted = differs.filter((_, row) => sent[row] === 0);
  return wilson(
    accepted.reduce((sum, one) => sum + one, 0),
    accepted.length,
  ).high;
}
