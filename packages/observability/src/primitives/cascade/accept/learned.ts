import { checkBoolean, checkFunction, checkNoUnknown, checkNumber } from 'tta-dev-primitives/internal';
import { unprovenProblem } from '../../../learning/inference.ts';
import type { VerifierCalibration } from '../../../learning/verifier-weights.ts';
import { promptOf as readPrompt } from '../../../llm/prompt/prompt.ts';
import type { Acceptance } from './acceptance.ts';

export interface AcceptLearnedOptions<I> {
  /**
   * Accepts answers that are trusted at least this much, from 0 to 1.
   * @defaultValue the threshold that the verifier was calibrated with
   */
  readonly threshold?: number | undefined;
  /**
   * Whether to follow a calibration whose promise was not shown, as `tta router calibrate --force` writes it.
   * @defaultValue false
   */
  readonly allowUnproven?: boolean | undefined;
  /** What is asked. @defaultValue the newest text of the user in a request to a model, or the input itself, if it is a text */
  readonly promptOf?: ((input: I) => string) | undefined;
}

/**
 * Rates how far an answer can be trusted, from 0 to 1, from prompt and answer: `verifierOf(weights)`, or your own
 * model.
 */
export interface Verifier {
  (prompt: string, answer: string): number | PromiseLike<number>;
  /** The threshold that was chosen for it on graded answers, if one was. */
  readonly calibration?: VerifierCalibration | undefined;
  /** The model whose answer it compares, if it compares. */
  readonly second?: string | undefined;
  /** What it looks at of an answer. @defaultValue 'text' */
  readonly reads?: 'text' | 'answer' | undefined;
}

const OWNER = 'acceptLearned';

/**
 * Accepts an answer that a learned verifier trusts.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong; TypeError if there is no threshold, neither in the options
 * nor in the calibration of the verifier, if the promise of that calibration was not shown, or if the verifier looks at more than
 * the text of an answer, as that of {@link certifiedCascade} may
 * @example
 * ```ts
 * acceptLearned(verifierOf(await readFile('verifier.json', 'utf8')));
 * ```
 */
export function acceptLearned<I, O>(verifier: Verifier, options: AcceptLearnedOptions<I> = {}): Acceptance<I, O> {
  checkNoUnknown(OWNER, options, { threshold: true, allowUnproven: true, promptOf: true });
  const { threshold, allowUnproven = false, promptOf } = options;
  checkFunction(OWNER, 'verifier', verifier);
  if (threshold !== undefined) checkNumber(OWNER, 'threshold', threshold, { atLeast: 0, atMost: 1 });
  checkBoolean(OWNER, 'allowUnproven', allowUnproven);
  if (promptOf !== undefined) checkFunction(OWNER, 'promptOf', promptOf);
  if (verifier.second !== undefined || verifier.reads === 'answer') {
    const what =
      verifier.second === undefined ? 'what was extracted of an answer' : `the answer of ${verifier.second} too`;
    throw new TypeError(`${OWNER}: this verifier looks at ${what}; make the cascade with certifiedCascade`);
  }
  const enough = threshold ?? calibratedThreshold(OWNER, verifier.calibration, allowUnproven);
  return async ({ input, text }) => {
    if (text === undefined) return 'unsure';
    const prompt = promptOf === undefined ? readPrompt(input).text : promptOf(input);
    return (await verifier(prompt, text)) >= enough ? true : 'unsure';
  };
}

/** How much trust a calibration asks for. @throws TypeError if no promise was calibrated, or if it was not shown */
export function calibratedThreshold(
  owner: string,
  calibration: VerifierCalibration | undefined,
  allowUnproven: boolean,
): number {
  if (calibration === undefined) {
    throw new TypeError(
      `${owner}: threshold must be a number, because the verifier is not calibrated; \`tta router calibrate --verifier\` chooses one`,
    );
  }
  if (!allowUnproven && calibration.promise !== 'shown')
    throw new TypeError(`${owner}: ${unprovenProblem(calibration)}`);
  const { choice, threshold, target } = calibration;
  if (choice === 'always_cheap') return 0;
  if (threshold !== null) return threshold;
  throw new TypeError(
    `${owner}: the calibration of the verifier found no threshold that is sure to keep ${(100 * target).toFixed(1)} % of the quality, so no answer could be accepted; ` +
      'ask the last stage alone, or give a threshold without a guarantee',
  );
}
