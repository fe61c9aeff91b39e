import {
  type CalibratedFigures,
  type Choices,
  calibratedFigures,
  callsOf,
  cascadeChoices,
  choicesBetween,
  crossFit,
  evaluateRouters,
  fitVerifier,
  foldsOf,
  type RouterFigures,
  type ScoredRouter,
  trainWeights,
  type VerifiedRow,
} from 'tta-evaluation';
import {
  complexityOf,
  type GradedAnswer,
  type GradedRow,
  predictor,
  questionOf,
  USUAL_HASH_BITS,
  vectorOfRow,
} from 'tta-observability-integration/learning';
import type { Prices } from './cascades.ts';
import { type Pair, TARGET } from './situations.ts';

const TARGETS = [0.95, TARGET, 0.99] as const;
const FOLDS = 5;
const SEED = 1;
const NO_ANSWER: GradedAnswer = {
  quality: undefined,
  outputTokens: undefined,
  costUsd: undefined,
  answer: undefined,
  text: undefined,
};

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
  const [train, test] = [sideOf(pair, trainRows, prices), sideOf(pair, testRows, prices)];
  const vectors = train.rows.map((row) => vectorOfRow(row, USUAL_HASH_BITS));
  const qualities = { cheap: train.choices.cheapQuality, strong: train.choices.strongQuality };
  const folds = foldsOf(train.rows.map(questionOf), FOLDS);
  const unseen = crossFit(vectors, qualities, folds, { hashBits: USUAL_HASH_BITS, seed: SEED });
  const { predictVector } = predictor(trainWeights(vectors, qualities, { hashBits: USUAL_HASH_BITS, seed: SEED }));
  const seen = test.rows.map((row) => predictVector(vectorOfRow(row, USUAL_HASH_BITS)));
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
    verified(pair, train, test, chances, folds, prices),
    ...(pair.second === undefined ? [] : [verified(pair, train, test, chances, folds, prices, pair.second)]),
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

export interface Side {
  readonly rows: readonly GradedRow[];
  readonly choices: Choices;
}

/** The rows on which both models were graded. */
export function sideOf({ cheap, strong, perCall }: Pair, all: readonly GradedRow[], prices: Prices): Side {
  const rows = all.filter(({ answers }) => [cheap, strong].every((model) => answers[model]?.quality !== undefined));
  const calls = [cheap, strong].map((model) => {
    const flat = perCall?.[model];
    return callsOf(rows, model, flat === undefined ? prices[model] : { perCall: flat });
  });
  const [cheapCalls, strongCalls] = calls as [(typeof calls)[0], (typeof calls)[0]];
  return { rows, choices: choicesBetween(cheapCalls, strongCalls) };
}

/**
 * The cheap model always answers first, and a learned verifier says whether its answer will do, by the prompt, the answer, and what a
 * second cheap model says, where one is asked.
 */
function verified(
  { cheap }: Pair,
  train: Side,
  test: Side,
  chances: Chances,
  folds: Int32Array,
  prices: Prices,
  second?: string,
): ScoredRouter {
  const seenIn = (side: Side, of: readonly Chance[]): readonly VerifiedRow[] =>
    side.rows.map(({ answers }, row) => ({
      cheapChance: of[row]?.cheap ?? 0,
      strongChance: of[row]?.strong ?? 0,
      cheap: answers[cheap] ?? NO_ANSWER,
      second: second === undefined ? undefined : answers[second],
    }));
  const opinionCost = ({ rows }: Side): Float64Array =>
    Float64Array.from(rows, ({ answers, ...row }) =>
      second === undefined || answers[second] === undefined
        ? 0
        : (callsOf([{ ...row, answers }], second, prices[second]).cost[0] ?? 0),
    );
  const [trainSeen, testSeen] = [seenIn(train, chances.train), seenIn(test, chances.test)];
  const fit = (rows: readonly number[]) =>
    fitVerifier(
      rows.map((row) => trainSeen[row] as VerifiedRow),
      {
        cheap: Float64Array.from(rows, (row) => train.choices.cheapQuality[row] as number),
        strong: Float64Array.from(rows, (row) => train.choices.strongQuality[row] as number),
      },
    );
  const places = Array.from(trainSeen.keys());
  const byFold = Array.from({ length: FOLDS }, (_, fold) => fit(places.filter((row) => folds[row] !== fold)));
  const verifier = fit(places);
  const asCascade = (side: Side): Choices => {
    const { cheapQuality, strongQuality, cheapCost, strongCost } = side.choices;
    return cascadeChoices({
      first: { quality: cheapQuality, cost: cheapCost },
      second: { quality: cheapQuality, cost: opinionCost(side) },
      strong: { quality: strongQuality, cost: strongCost },
    });
  };
  return {
    router: second === undefined ? 'cascade: learned verifier' : 'cascade: verifier and agreement',
    calibrationScores: Float64Array.from(trainSeen, (row, index) => byFold[folds[index] as number]?.(row) ?? 0),
    scores: Float64Array.from(testSeen, (row) => verifier(row)),
    calibrationChoices: asCascade(train),
    choices: asCascade(test),
  };
}

function meanOf(column: Float64Array): number {
  return column.reduce((sum, value) => sum + value, 0) / column.length;
}
