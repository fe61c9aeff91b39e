import { checkArithmetic } from './arithmetic.ts';
import { predictor } from './inference.ts';
import { chanceBy, logit } from './logistic-weights.ts';
import { type PromptVector, vectorOf } from './text/vector.ts';
import type { VerifierCalibration, VerifierWeights } from './verifier-weights.ts';
import { parseWeights, type RoutingWeights } from './weights.ts';

/**
 * Says how far an answer of the cheap model is to be trusted, from 0 to 1: 0.5 where it is as likely good as the strong model's would
 * be, less where the strong one is worth asking.
 */
export interface LearnedVerifier {
  (prompt: string, answer: string): number;
  readonly cheap: string;
  readonly strong: string;
  /** How much trust is enough; undefined until a threshold was chosen. */
  readonly calibration: VerifierCalibration | undefined;
  /** The same for a prompt that is known by its hashes and features only. */
  ofVector(prompt: PromptVector, answer: string): number;
}

/** P(good) of both models before the call. */
export interface ChancesBefore {
  readonly cheap: number;
  readonly strong: number;
}

/**
 * Makes a judge of answers of weights that hold a verifier. It is pure: the same prompt and answer get the same trust, always, and
 * nothing of them is kept. `acceptLearned` takes it as it is.
 *
 * @param weights - as `tta router train --verifier` and `calibrate --verifier` write them, parsed or not
 * @throws TypeError with one sentence if the weights cannot be used, or hold no verifier
 * @example
 * ```ts
 * const verifier = verifierOf(await readFile('verifier.json', 'utf8'));
 * new CascadePrimitive({ mini, large }, { accept: acceptLearned(verifier) });
 * ```
 */
export function verifierOf(weights: RoutingWeights | string): LearnedVerifier {
  const { verifier, hashBits, heads, ...rest } = parseWeights(weights);
  if (verifier === undefined) {
    throw new TypeError('these routing weights hold no verifier: `tta router train --verifier` learns one');
  }
  const { cheap, strong, answer, calibration } = verifier;
  const both = { [cheap]: heads[cheap], [strong]: heads[strong] } as RoutingWeights['heads']; // checked to be there
  const before = predictor({ ...rest, hashBits, heads: both });
  const byWords = predictor({ ...rest, hashBits, scaler: answer.scaler, heads: { answer: answer.head } });
  const trust = trustBy(verifier);
  const ofVector = (prompt: PromptVector, text: string): number => {
    const expected = before.predictVector(prompt);
    return trust(
      verifierInputs(
        { cheap: expected[cheap] as number, strong: expected[strong] as number },
        byWords.predict(text)['answer'] as number,
        text,
      ),
    );
  };
  const judge = (prompt: string, text: string): number => ofVector(vectorOf(prompt, hashBits), text);
  return Object.assign(judge, { cheap, strong, calibration, ofVector });
}

/** Trust of the numbers that are known of an answer: 1 where it is surely good and the strong one surely not, 0 in the opposite case. */
export function trustBy({ range, chances }: Pick<VerifierWeights, 'range' | 'chances'>) {
  const [cheap, strong] = [chanceBy(chances.cheap), chanceBy(chances.strong)];
  const { low, high } = range;
  return (inputs: readonly number[]): number => {
    const known = inputs.map((input, index) => Math.min(high[index] as number, Math.max(low[index] as number, input)));
    return (1 + (cheap(known) - strong(known))) / 2;
  };
}

/** What is known about an answer, in the order of {@link VERIFIER_INPUTS}. */
export function verifierInputs({ cheap, strong }: ChancesBefore, byWords: number, answer: string): readonly number[] {
  const { equations, wrong } = checkArithmetic(answer);
  const length = Math.log1p(answer.length);
  return [
    logit(cheap),
    logit(strong),
    logit(byWords),
    length,
    length * length,
    answer.trim() === '' ? 1 : 0,
    Math.log1p(equations),
    Math.min(3, wrong),
  ];
}
