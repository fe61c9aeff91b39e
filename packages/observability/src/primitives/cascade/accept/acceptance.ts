import type { WorkflowContext } from 'tta-dev-primitives';
import { checkFunction, ignoreRejection, within } from 'tta-dev-primitives/internal';
import type { Completion } from '../../../llm/completion.ts';
import type { RejectionReason } from '../facts.ts';

/** The answer of one stage, as a rule sees it. */
export interface StageAnswer<I = unknown, O = unknown> {
  readonly input: I;
  /** The output; of a stream the array of all its chunks. */
  readonly output: O | readonly unknown[];
  /** The name of the stage. */
  readonly stage: string;
  /** What the model says; undefined for an output that is no model's answer and no text. */
  readonly text: string | undefined;
  /** How the answer ended, if it is a model's. */
  readonly completion: Completion | undefined;
  readonly context: WorkflowContext;
}

/** Accepted, or why not. */
export type Verdict = true | RejectionReason;

/** A rule that says whether an answer is good enough to be given. `false` rejects with the reason `custom`. */
export type Acceptance<I = unknown, O = unknown> = (
  answer: StageAnswer<I, O>,
) => boolean | RejectionReason | PromiseLike<boolean | RejectionReason>;

/**
 * Accepts what every rule accepts; they are asked in turn, and the first that rejects says why.
 *
 * @throws TypeError naming the rule if one is no function
 * @example
 * ```ts
 * new CascadePrimitive({ mini, large }, { accept: acceptAll(acceptComplete(), acceptJson(), ({ text }) => !text?.includes('TODO')) });
 * ```
 */
export function acceptAll<I, O>(...rules: readonly Acceptance<I, O>[]): Acceptance<I, O> {
  for (const [index, rule] of rules.entries()) checkFunction('acceptAll', `rules[${index}]`, rule);
  return async (answer) => {
    for (const rule of rules) {
      const verdict = await rule(answer);
      if (verdict !== true) return verdict;
    }
    return true;
  };
}

/** What a rule says of an answer; one that fails, or takes longer than `timeoutMs`, accepts nothing. Never rejects. */
export function verdictWithin<I, O>(
  timeoutMs: number,
  rule: Acceptance<I, O>,
  answer: StageAnswer<I, O>,
): Promise<Verdict> {
  return within(
    answer.context.clock,
    timeoutMs,
    () => verdictOf(rule, answer),
    () => 'judge_error',
  );
}

async function verdictOf<I, O>(rule: Acceptance<I, O>, answer: StageAnswer<I, O>): Promise<Verdict> {
  try {
    const verdict: unknown = await rule(answer);
    if (verdict === true) return true;
    return typeof verdict === 'string' && isReason(verdict) ? verdict : 'custom';
  } catch (error) {
    ignoreRejection(error);
    return 'judge_error';
  }
}

const REASONS: Readonly<Record<RejectionReason, true>> = {
  incomplete: true,
  empty: true,
  refusal: true,
  not_json: true,
  schema: true,
  pattern: true,
  number: true,
  arithmetic: true,
  disagreement: true,
  no_majority: true,
  unsure: true,
  custom: true,
  error: true,
  judge_error: true,
};

/** Reasons become values of a metric, and their set is closed. */
function isReason(word: string): word is RejectionReason {
  return Object.hasOwn(REASONS, word);
}
