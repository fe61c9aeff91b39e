import { type Choices, callsOf, cascadeChoices, foldsOf, trainVerifierSteps, trainWeights } from 'tta-evaluation';
import {
  type GradedRow,
  type PromptVector,
  questionOf,
  type RoutingWeights,
  type SeenAnswer,
  USUAL_HASH_BITS,
  verifierOf,
} from 'tta-observability-integration/learning';
import type { Prices } from './cascades.ts';
import type { Pair } from './situations.ts';

export const FOLDS = 5;
const SEED = 1;
const OPTIONS = { hashBits: USUAL_HASH_BITS, seed: SEED } as const;

/** Rows on which both models of a pair were graded. */
export interface Side {
  readonly rows: readonly GradedRow[];
  readonly choices: Choices;
}

/** A side with its prompts as the learned heads see them. */
export interface ReadSide extends Side {
  readonly vectors: readonly PromptVector[];
}

/** A pair with or without its second opinion. */
export type Opinion = Pick<Pair, 'cheap' | 'strong'> & { readonly second?: string | undefined };

/** The cascade of a verifier, as `tta router certify` learns it: high scores mean that the strong model is needed. */
export interface VerifiedCascade {
  /** Of the rows that it was learned from, by verifiers that had not seen their fold. */
  readonly scores: Float64Array;
  readonly choices: Choices;
  /** Scores other rows. */
  scoresOf(side: ReadSide): Float64Array;
}

/** Learns to judge the answers of the cheap model, by what a second one says too if the pair names one. */
export function verifiedCascade(pair: Opinion, side: ReadSide, prices: Prices): VerifiedCascade {
  const { cheap, strong, second } = pair;
  const { rows, vectors, choices } = side;
  const qualities = { cheap: choices.cheapQuality, strong: choices.strongQuality };
  const steps = trainVerifierSteps(
    {
      prompts: vectors,
      answers: seenOf(rows, cheap, pair),
      second: second === undefined ? undefined : seenOf(rows, second, pair),
      qualities,
      folds: foldsOf(rows.map(questionOf), FOLDS),
    },
    pair,
    OPTIONS,
  );
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const heads = trainWeights(vectors, { [cheap]: qualities.cheap, [strong]: qualities.strong }, OPTIONS);
  const weights: RoutingWeights = { ...heads, verifier: step.value.verifier };
  const verifier = verifierOf(weights);
  return {
    scores: step.value.trust.map((trust) => -trust),
    choices: cascadeOf(pair, side, prices),
    scoresOf({ rows: others, vectors: prompts }) {
      const answers = seenOf(others, cheap, pair);
      const opinions = second === undefined ? [] : seenOf(others, second, pair);
      return Float64Array.from(prompts, (prompt, row) => -verifier.ofVector(prompt, answers[row] ?? {}, opinions[row]));
    },
  };
}

/** What a cascade comes to in which the cheap models are always paid. */
export function cascadeOf({ second }: Opinion, { rows, choices }: Side, prices: Prices): Choices {
  const { cheapQuality, strongQuality, cheapCost, strongCost } = choices;
  return cascadeChoices({
    first: { quality: cheapQuality, cost: cheapCost },
    second: {
      quality: cheapQuality,
      cost: second === undefined ? new Float64Array(rows.length) : callsOf(rows, second, prices[second]).cost,
    },
    strong: { quality: strongQuality, cost: strongCost },
  });
}

/** Answers as the product sees them: their texts where they were recorded, else what was extracted and how long they were. */
function seenOf(rows: readonly GradedRow[], model: string, { cheap, second }: Opinion): readonly SeenAnswer[] {
  const hasTexts = rows.every(({ answers }) => answers[cheap]?.text !== undefined);
  return rows.map(({ answers }): SeenAnswer => {
    const { text, answer, outputTokens } = answers[model] ?? {};
    if (!hasTexts) return { answer, outputTokens };
    return second === undefined ? { text } : { text, answer };
  });
}
