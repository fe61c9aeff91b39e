import type { CallPrice } from 'tta-evaluation';

/** Two models to route between, and the data sets on which both were graded. */
export interface Pair {
  readonly id: string;
  /** Names of files, without their ending. Their rows are taken together. */
  readonly datasets: readonly string[];
  readonly cheap: string;
  readonly strong: string;
  /** Another cheap model, for a second opinion. */
  readonly second?: string;
  /** Prices of calls where tokens were not recorded in the source. */
  readonly perCall?: Readonly<Record<string, number>>;
}

/** Two cheap models that answer first, and the strong one that answers where they differ. */
export interface Cascade {
  readonly first: string;
  readonly second: string;
  readonly strong: string;
  readonly datasets: readonly string[];
}

/** The share of the strong model's quality that is to be kept in the tables. */
export const TARGET = 0.98;

const ZEROEVAL = ['zeroeval_gsm', 'zeroeval_math-l5'];
const [GPT_4O, MINI, FLASH] = ['gpt-4o-2024-08-06', 'gpt-4o-mini-2024-07-18', 'gemini-1.5-flash'];
const [SONNET, HAIKU, O1_MINI] = ['claude-3-5-sonnet-20241022', 'claude-3-haiku-20240307', 'o1-mini-2024-09-12'];
/** What a call of RouteLLM's two models costs, as its authors reckon: a ratio of 103, the same for every call. */
const ROUTELLM = { cheap: 'mixtral-8x7b', strong: 'gpt-4-1106', perCall: { 'mixtral-8x7b': 0.24, 'gpt-4-1106': 24.7 } };

export const PAIRS: readonly Pair[] = [
  { id: 'S1 routellm_mmlu', datasets: ['routellm_mmlu'], ...ROUTELLM },
  { id: 'S2 routellm_gsm8k', datasets: ['routellm_gsm8k'], ...ROUTELLM },
  {
    id: 'S3 mmlupro gemini',
    datasets: ['mmlupro'],
    cheap: 'gemini-1.5-flash-002',
    strong: 'gemini-1.5-pro-002',
    second: 'llama-3.1-8b',
  },
  {
    id: 'S4 mmlupro llama',
    datasets: ['mmlupro'],
    cheap: 'llama-3.1-8b',
    strong: 'llama-3.1-70b',
    second: 'mistral-7b',
  },
  ...[
    { id: 'S5 zeroeval sonnet/haiku', cheap: HAIKU, strong: SONNET, second: FLASH },
    { id: 'S6 zeroeval 4o/4o-mini', cheap: MINI, strong: GPT_4O, second: FLASH },
    { id: 'S7 zeroeval o1-mini/4o-mini', cheap: MINI, strong: O1_MINI, second: FLASH },
  ].flatMap((pair) => [
    { ...pair, datasets: ZEROEVAL },
    ...ZEROEVAL.map((dataset) => ({ ...pair, id: `${pair.id}, ${dataset} only`, datasets: [dataset] })),
  ]),
];

export const CASCADES: readonly Cascade[] = [
  ...[
    { first: MINI, second: FLASH, strong: GPT_4O },
    { first: MINI, second: FLASH, strong: SONNET },
    { first: HAIKU, second: MINI, strong: SONNET },
    { first: HAIKU, second: FLASH, strong: SONNET },
    { first: MINI, second: FLASH, strong: O1_MINI },
  ].flatMap((cascade) =>
    [ZEROEVAL, ...ZEROEVAL.map((dataset) => [dataset])].map((datasets) => ({ ...cascade, datasets })),
  ),
  { first: 'gemini-1.5-flash-002', second: 'llama-3.1-8b', strong: 'gemini-1.5-pro-002', datasets: ['mmlupro'] },
  { first: 'gemini-1.5-flash-002', second: 'llama-3.1-70b', strong: 'gemini-1.5-pro-002', datasets: ['mmlupro'] },
  { first: 'llama-3.1-8b', second: 'mixtral-8x7b', strong: 'llama-3.1-70b', datasets: ['mmlupro'] },
];

const usd = (inputPerMillionUsd: number, outputPerMillionUsd: number): CallPrice => ({
  inputPerMillionUsd,
  outputPerMillionUsd,
});

/** List prices from the time when the answers were recorded. */
export const PRICES: Readonly<Record<string, CallPrice>> = {
  [GPT_4O]: usd(2.5, 10),
  [MINI]: usd(0.15, 0.6),
  [O1_MINI]: usd(1.1, 4.4),
  [SONNET]: usd(3, 15),
  [HAIKU]: usd(0.25, 1.25),
  [FLASH]: usd(0.075, 0.3),
  'gemini-1.5-pro-002': usd(1.25, 5),
  'gemini-1.5-flash-002': usd(0.075, 0.3),
  'llama-3.1-70b': usd(0.88, 0.88),
  'llama-3.1-8b': usd(0.18, 0.18),
  'mistral-7b': usd(0.2, 0.2),
  'mixtral-8x7b': usd(0.24, 0.24),
};

/**
 * Pairs and cascades that were asked for by name (`strong:cheap`, or `strong:cheap:second`), in every data set in which all of their
 * models answer.
 *
 * @throws RangeError if a pair is not of that form, or no data set has its models
 */
export function askedFor(
  names: readonly string[],
  datasetsWith: (models: readonly string[]) => readonly string[],
): { readonly pairs: readonly Pair[]; readonly cascades: readonly Cascade[] } {
  const asked = names.flatMap((name) => {
    const [strong = '', cheap = '', second, ...more] = name.split(':');
    if (strong === '' || cheap === '' || second === '' || more.length > 0) {
      throw new RangeError(`--pair must be strong:cheap or strong:cheap:second, not ${name}`);
    }
    const datasets = datasetsWith(second === undefined ? [strong, cheap] : [strong, cheap, second]);
    if (datasets.length === 0) throw new RangeError(`no data set has graded answers of all models of ${name}`);
    return datasets.map((dataset) => ({ id: `${name}, ${dataset}`, datasets: [dataset], cheap, strong, second }));
  });
  return {
    pairs: asked.map(({ second, ...pair }) => ({ ...pair, ...(second === undefined ? {} : { second }) })),
    cascades: asked.flatMap(({ strong, cheap: first, second, datasets }) =>
      second === undefined ? [] : [{ first, second, strong, datasets }],
    ),
  };
}
