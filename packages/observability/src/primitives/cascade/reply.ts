import type { WorkflowContext } from 'tta-dev-primitives';
import { type Completion, completionOf } from '../../llm/completion.ts';
import { readAnswer } from '../../llm/dialects/registry.ts';
import type { StageAnswer } from './accept/acceptance.ts';

/** The whole answer of one call, as far as rules judge it. */
export interface Reply<O> {
  /** The output; of a stream the array of all its chunks. */
  readonly whole: O | readonly unknown[];
  readonly text: string | undefined;
  readonly completion: Completion | undefined;
  /** What the call cost, in US dollars; null if unknown. */
  readonly costUsd: number | null;
  /** How many tokens the model wrote; undefined if it did not say. */
  readonly outputTokens: number | undefined;
  /** What the same tokens cost at the last stage, in US dollars; null if unknown. */
  readonly lastStageUsd: number | null;
  /** The output as the caller gets it; a stream that was read begins again. */
  give(): O;
}

/** What rules are told of a whole output, by one reading of it. A text is its own text. */
export function readReply(whole: unknown): Pick<Reply<unknown>, 'text' | 'completion'> {
  if (typeof whole === 'string') return { text: whole, completion: undefined };
  const reading = readAnswer(whole);
  return { text: reading?.texts[0], completion: reading && completionOf(reading) };
}

/** A reply as a rule sees it. */
export function answerOf<I, O>(
  stage: string,
  input: I,
  context: WorkflowContext,
  { whole, text, completion }: Reply<O>,
): StageAnswer<I, O> {
  return { input, output: whole, stage, text, completion, context };
}
