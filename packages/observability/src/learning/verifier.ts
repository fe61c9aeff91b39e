import { predictor } from './inference.ts';
import { chanceBy } from './logistic-weights.ts';
import { type PromptVector, vectorOf } from './text/vector.ts';
import { type SeenAnswer, type VerifierInput, verifierInputs } from './verifier-inputs.ts';
import type { VerifierCalibration, VerifierWeights } from './verifier-weights.ts';
import { parseWeights, type RoutingWeights } from './weights.ts';

/**
 * Says how far an answer of the cheap model is to be trusted, from 0 to 1: 0.5 where it is as likely good as the strong model's would
 * be, less where the strong one is worth asking. An answer that lacks a feature of the verifier is not trusted: 0.
 */
export interface LearnedVerifier {
  /** @param second - what the second model answers, for a verifier that compares */
  (prompt: string, answer: string | SeenAnswer, second?: SeenAnswer): number;
  readonly cheap: string;
  /** The model whose answer is compared; undefined if none is. */
  readonly second: string | undefined;
  readonly strong: string;
  /** What it looks at of an answer: its whole text, or what was extracted of it. */
  readonly reads: 'text' | 'answer';
  /** How much trust is enough; undefined until a threshold was chosen. */
  readonly calibration: VerifierCalibration | undefined;
  /** The same for a prompt that is known by its hashes and features only. */
  ofVector(prompt: PromptVector, answer: string | SeenAnswer, second?: SeenAnswer): number;
}

/**
 * Makes a judge of answers of weights that hold a verifier. It is pure: the same prompt and answer get the same trust, always, and
 * nothing of them is kept. `acceptLearned` takes it as it is, unless it compares the answer with that of a second model: then
 * `certifiedCascade` does.
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
  const { cheap, second, strong, answer, calibration } = verifier;
  const inputs = verifier.inputs as readonly VerifierInput[]; // checked to be names of inputs
  const both = { [cheap]: heads[cheap], [strong]: heads[strong] } as RoutingWeights['heads']; // checked to be there
  const before = predictor({ ...rest, hashBits, heads: both });
  const byWords = answer && predictor({ ...rest, hashBits, scaler: answer.scaler, heads: { answer: answer.head } });
  const trust = trustBy(verifier);
  const ofVector: LearnedVerifier['ofVector'] = (prompt, given, other) => {
    const seen = typeof given === 'string' ? { text: given } : given;
    const expected = before.predictVector(prompt);
    const known = verifierInputs(inputs, {
      cheapChance: expected[cheap] as number,
      strongChance: expected[strong] as number,
      byWords: seen.text === undefined ? undefined : byWords?.predict(seen.text)['answer'],
      cheap: seen,
      second: other,
    });
    return known.some(Number.isNaN) ? 0 : trust(known);
  };
  const judge = (prompt: string, given: string | SeenAnswer, other?: SeenAnswer): number =>
    ofVector(vectorOf(prompt, hashBits), given, other);
  const reads = answer === undefined ? 'answer' : 'text';
  return Object.assign(judge, { cheap, second, strong, reads, calibration, ofVector } as const);
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
