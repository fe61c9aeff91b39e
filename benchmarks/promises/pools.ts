import { type Choices, crossFit, foldsOf, type Random, seededRandom } from 'tta-evaluation';
import { questionOf, USUAL_HASH_BITS } from 'tta-observability-integration/learning';
import { type Data, dividedFolder } from '../router/data.ts';
import { readSide } from '../router/pairs.ts';
import { PAIRS, PRICES } from '../router/situations.ts';
import { FOLDS, type ReadSide, verifiedCascade } from '../router/verified.ts';

/** Rows that calibrations draw from. What holds for all of them is the truth. */
export interface Pool {
  readonly name: string;
  readonly choices: Choices;
  /** High where the strong model is needed. */
  readonly scores: Float64Array;
}

const ROWS = 20_000;
const SEED = 1;

interface InventedRow {
  readonly cheap: number;
  readonly strong: number;
  readonly score: number;
}

/** Pools in which it is known what a router can see. Calls cost 1 and 10. */
export function inventedPools(): readonly Pool[] {
  const bit = (chance: number, random: Random): number => (random() < chance ? 1 : 0);
  const inventions: Readonly<Record<string, (random: Random) => InventedRow>> = {
    'sparse loss: 2.2 % lost wherever': (random) => ({ strong: 1, cheap: bit(0.978, random), score: random() }),
    'no signal': (random) => ({ strong: bit(0.9, random), cheap: bit(0.75, random), score: random() }),
    'good router': (random) => {
      const score = random();
      return { strong: bit(0.9, random), cheap: bit(0.95 - 0.6 * score * score, random), score };
    },
    'losses first: the rows kept first are lost': (random) => {
      const score = random();
      return { strong: bit(0.9, random), cheap: bit(score < 0.1 ? 0.6 : 0.9, random), score };
    },
    'grades from 0 to 1': (random) => {
      const score = random();
      const strong = 0.6 + 0.4 * random();
      return { strong, cheap: Math.max(0, strong - 0.5 * score * random()), score };
    },
  };
  return Object.entries(inventions).map(([name, row]) => {
    const random = seededRandom(SEED);
    const rows = Array.from({ length: ROWS }, () => row(random));
    const column = (of: (one: InventedRow) => number): Float64Array => Float64Array.from(rows, of);
    const strongCost = column(() => 10);
    return {
      name,
      scores: column(({ score }) => score),
      choices: {
        cheapQuality: column(({ cheap }) => cheap),
        strongQuality: column(({ strong }) => strong),
        cheapCost: column(() => 1),
        strongCost,
        baselineCost: strongCost,
      },
    };
  });
}

/**
 * The recorded pairs, all of their rows together, scored by weights that have not seen the row; and, of a pair with a second cheap model,
 * the cascade of a verifier.
 *
 * @param isWanted - by the name of a pool
 */
export async function recordedPools(path: string, isWanted: (name: string) => boolean): Promise<readonly Pool[]> {
  const data = await dividedFolder(path);
  return PAIRS.filter(
    ({ id, datasets }) => !id.endsWith(' only') && datasets.every((set) => data.test.has(set)),
  ).flatMap((pair) => {
    const name = `${pair.id}, verifier and agreement`;
    const isCascadeWanted = pair.second !== undefined && isWanted(name);
    if (!isWanted(pair.id) && !isCascadeWanted) return [];
    const side = readSide(pair, rowsOf(data, pair.datasets), PRICES);
    return [
      ...(isWanted(pair.id) ? [routerPool(pair.id, side)] : []),
      ...(isCascadeWanted ? [{ name, ...verifiedCascade(pair, side, PRICES) }] : []),
    ];
  });
}

function routerPool(name: string, { rows, vectors, choices }: ReadSide): Pool {
  const qualities = { cheap: choices.cheapQuality, strong: choices.strongQuality };
  const folds = foldsOf(rows.map(questionOf), FOLDS);
  const { cheap, strong } = crossFit(vectors, qualities, folds, { hashBits: USUAL_HASH_BITS, seed: SEED });
  return { name, choices, scores: Float64Array.from(rows, (_, row) => (strong?.[row] ?? 0) - (cheap?.[row] ?? 0)) };
}

function rowsOf({ train, test }: Data, datasets: readonly string[]) {
  return datasets.flatMap((set) => [...(train.get(set) ?? []), ...(test.get(set) ?? [])]);
}
