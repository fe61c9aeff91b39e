import { checkFunction, checkNoUnknown, checkNumber } from 'tta-dev-primitives';
import { promptOf as readPrompt } from '../../../llm/prompt/prompt.ts';
import type { Acceptance } from './acceptance.ts';

export interface AcceptLearnedOptions<I> {
  /** Accepts answers that are at least so likely to be good, from 0 to 1: a threshold that was calibrated on graded answers. */
  readonly threshold: number;
  /** What is asked. @defaultValue the newest text of the user in a request to a model, or the input itself, if it is a text */
  readonly promptOf?: ((input: I) => string) | undefined;
}

/** How likely an answer is good, from 0 to 1, judged by prompt and answer: a model of one's own. */
export type Verifier = (prompt: string, answer: string) => number | PromiseLike<number>;

/**
 * Accepts an answer that a learned verifier trusts.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 */
export function acceptLearned<I, O>(verifier: Verifier, options: AcceptLearnedOptions<I>): Acceptance<I, O> {
  checkNoUnknown('acceptLearned', options, { threshold: true, promptOf: true });
  const { threshold, promptOf } = options;
  checkFunction('acceptLearned', 'verifier', verifier);
  checkNumber('acceptLearned', 'threshold', threshold, { atLeast: 0, atMost: 1 });
  if (promptOf !== undefined) checkFunction('acceptLearned', 'promptOf', promptOf);
  return async ({ input, text }) => {
    if (text === undefined) return 'unsure';
    const prompt = promptOf === undefined ? readPrompt(input).text : promptOf(input);
    return (await verifier(prompt, text)) >= threshold ? true : 'unsure';
  };
}
