import {
  type CalibratedFigures,
  calibratedFigures,
  callsOf,
  choicesBetween,
  crossFit,
  evaluateRouters,
  foldsOf,
  type RouterFigures,
  type ScoredRouter,
  trainWeights,
} from 'tta-evaluation';
import {
  complexityOf,
  type GradedRow,
  predictor,
  questionOf,
  USUAL_HASH_BITS,
  vectorOfRow,
} from 'tta-observability-integration/learning';
import type { Prices } from './cascades.ts';
import { type Pair, TARGET } from './situations.ts';
import { cascadeOf, FOLDS, type Opinion, type ReadSide, type Side, verifiedCascade } from './verified.ts';

const TARGETS = [0.95, TARGET, 0.99] as const;
const SEED = 1;

export type PairFigures = RouterFigures & {
  readonly pair: string;
  readonly cheapAccuracy: number;
  readonly strongAccuracy: number;
  /** Calibrated to keep other shares too, where the router sees something of a row. */
  readonly certified: readonly CalibratedFigures[];
};

/** Trains, calibrates and measures every router for a pair. */
export function measurePair(
  pair: Pair,
  trainRows: readonly GradedRow[],
  testRows: readonly GradedRow[],
  prices: Prices,
): readonly PairFigures[] {
  const [train, test] = [readSide(pair, trainRows, prices), readSide(pair, testRows, prices)];
  const { vectors } = train;
  const qualities = { cheap: train.choices.cheapQuality, strong: train.choices.strongQuality };
  const folds = foldsOf(train.rows.map(questionOf), FOLDS);
  const unseen = crossFit(vectors, qualities, folds, { hashBits: USUAL_HASH_BITS, seed: SEED });
  const { predictVector } = predictor(trainWeights(vectors, qualities, { hashBits: USUAL_HASH_BITS, seed: SEED }));
  const seen = test.vectors.map((vector) => predictVector(vector));
  const chances: Chances = {
    train: train.rows.map((_, row) => ({ cheap: unseen['cheap']?.[row] ?? 0, strong: unseen['strong']?.[row] ?? 0 })),
    test: seen.map(({ cheap = 0, strong = 0 }) => ({ cheap, strong })),
  };
  const gain = ({ cheap, strong }: Chance): number => strong - cheap;
  const of = (router: string, score: (row: GradedRow) => number): ScoredRouter => ({
    router,
    calibrationScores: Float64Array.from(train.rows, score),
    scores: Float64Array.from(test.rows, score),
  });
  const routers: readonly ScoredRouter[] = [
    {
      router: 'learned',
      calibrationScores: Float64Array.from(chances.train, gain),
      scores: Float64Array.from(chances.test, gain),
    },
    of('complexity rules', ({ prompt = '' }) => complexityOf(prompt)),
    of('length', ({ prompt = '' }) => prompt.length),
    verified({ ...pair, second: undefined }, train, test, prices),
    ...(pair.second === undefined ? [] : [verified(pair, train, test, prices)]),
  ];
  const certifiedIn = (router: ScoredRouter | undefined): readonly CalibratedFigures[] =>
    TARGETS.flatMap((target) =>
      router === undefined ? [] : [calibratedFigures(router, train.choices, test.choices, { target, seed: SEED })],
    );
  const options = { target: TARGET, seed: SEED };
  return evaluateRouters(train.choices, test.choices, routers, options).map((figures) => ({
    pair: pair.id,
    ...figures,
    cheapAccuracy: 100 * meanOf(test.choices.cheapQuality),
    strongAccuracy: 100 * meanOf(test.choices.strongQuality),
    certified: certifiedIn(routers.find(({ router }) => router === figures.router)),
  }));
}

interface Chance {
  readonly cheap: number;
  readonly strong: number;
}

interface Chances {
  readonly train: readonly Chance[];
  readonly test: readonly Chance[];
}

/** The rows on which both models were graded. */
function sideOf({ cheap, strong, perCall }: Pair, all: readonly GradedRow[], prices: Prices): Side {
  const rows = all.filter(({ answers }) => [cheap, strong].every((model) => answers[model]?.quality !== undefined));
  const calls = [cheap, strong].map((model) => {
    const flat = perCall?.[model];
    return callsOf(rows, model, flat === undefined ? prices[model] : { perCall: flat });
  });
  const [cheapCalls, strongCalls] = calls as [(typeof calls)[0], (typeof calls)[0]];
  return { rows, choices: choicesBetween(cheapCalls, strongCalls) };
}

/** The same with the prompts as the learned heads see them. */
export function readSide(pair: Pair, all: readonly GradedRow[], prices: Prices): ReadSide {
  const side = sideOf(pair, all, prices);
  return { ...side, vectors: side.rows.map((row) => vectorOfRow(row, USUAL_HASH_BITS)) };
}

/** The cheap model always answers first, and a learned verifier says whether its answer will do. */
function verified(pair: Opinion, train: ReadSide, test: ReadSide, prices: Prices): ScoredRouter {
  const { scores, choices, scoresOf } = verifiedCascade(pair, train, prices);
  return {
    router: pair.second === undefined ? 'cascade: learned verifier' : 'cascade: verifier and agreement',
    calibrationScores: scores,
    scores: scoresOf(test),
    calibrationChoices: choices,
    choices: cascadeOf(pair, test, prices),
  };
}

function meanOf(column: Float64Array): number {
  return column.reduce((sum, value) => sum + value, 0) / column.length;
}
