import { answersAgree } from 'tta-observability-integration/learning';
import type { ShadowAnswer } from './whole-answer.ts';

/** What two answers to the same request are worth, each from 0 to 1. */
export interface Grades {
  readonly answer: number;
  readonly baseline: number;
  /** What grading them cost, such as the call of a judge, in US dollars. @defaultValue 0 */
  readonly costUsd?: number | undefined;
}

/** Grades the routed answer and that of the baseline; undefined when it cannot say. */
export type Grade<I, O> = (
  answer: ShadowAnswer<O>,
  baseline: ShadowAnswer<O>,
  input: I,
) => Grades | undefined | PromiseLike<Grades | undefined>;

/** Says whether two texts answer the same; undefined when it cannot say. */
export type Agree = (answer: string, baseline: string) => boolean | undefined | PromiseLike<boolean | undefined>;

/** The baseline counts as right, and the other answer as right where it agrees. */
export function gradeByAgreement(agree: Agree = answersAgree): Grade<unknown, unknown> {
  return async (answer, baseline) => {
    if (answer.text === undefined || baseline.text === undefined) return undefined;
    const isAgreed = await agree(answer.text, baseline.text);
    return typeof isAgreed === 'boolean' ? { answer: isAgreed ? 1 : 0, baseline: 1 } : undefined;
  };
}

/** Whether something can be used as grades. */
export function areGrades(given: unknown): given is Grades {
  if (typeof given !== 'object' || given === null) return false;
  const { answer, baseline, costUsd = 0 } = given as Record<string, unknown>;
  return isShare(answer) && isShare(baseline) && typeof costUsd === 'number' && costUsd >= 0 && costUsd < Infinity;
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
