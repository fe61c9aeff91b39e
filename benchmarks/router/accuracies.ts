import type { Data } from './data.ts';
import type { Gate } from './gates.ts';

/** How often a model was right, as the source of a data set says itself. */
interface Published {
  readonly dataset: string;
  readonly model: string;
  readonly percent: number;
  /** How many rows that is of; a file may hold some of them only. */
  readonly rows: number;
}

/**
 * @see https://github.com/lm-sys/RouteLLM for the first four
 * @see https://github.com/WildEval/ZeroEval for the others
 */
const PUBLISHED: readonly Published[] = [
  { dataset: 'routellm_mmlu', model: 'mixtral-8x7b', percent: 68.08, rows: 14_042 },
  { dataset: 'routellm_mmlu', model: 'gpt-4-1106', percent: 80.58, rows: 14_042 },
  { dataset: 'routellm_gsm8k', model: 'mixtral-8x7b', percent: 63.84, rows: 1_319 },
  { dataset: 'routellm_gsm8k', model: 'gpt-4-1106', percent: 85.67, rows: 1_319 },
  { dataset: 'zeroeval_gsm', model: 'gpt-4o-2024-08-06', percent: 96.21, rows: 1_319 },
  { dataset: 'zeroeval_gsm', model: 'gpt-4o-mini-2024-07-18', percent: 94.24, rows: 1_319 },
  { dataset: 'zeroeval_gsm', model: 'claude-3-haiku-20240307', percent: 88.78, rows: 1_319 },
  { dataset: 'zeroeval_math-l5', model: 'gpt-4o-2024-08-06', percent: 55.34, rows: 721 },
];

/** How many rows of a data set the whole file holds; of fewer it is not known which were left out. */
const WHOLE_FILE: Readonly<Record<string, number>> = {
  routellm_mmlu: 11_398,
  routellm_gsm8k: 1_066,
  zeroeval_gsm: 1_066,
  'zeroeval_math-l5': 576,
};

/** What grading anew may move, in points. */
const REGRADING = 0.1;
const STANDARD_ERRORS = 3;

/** Whether the rows of both sides together, if they are the whole file, are as right as their source says, up to what leaving some out by chance may move. */
export function accuracyGates({ train, test }: Data): readonly Gate[] {
  return PUBLISHED.flatMap(({ dataset, model, percent, rows }) => {
    const all = [...(train.get(dataset) ?? []), ...(test.get(dataset) ?? [])];
    const qualities = all.flatMap(({ answers }) => answers[model]?.quality ?? []);
    if (all.length !== WHOLE_FILE[dataset] || qualities.length === 0) return [];
    const share = percent / 100;
    const missing = Math.max(0, 1 - qualities.length / rows);
    const error = 100 * Math.sqrt(((share * (1 - share)) / qualities.length) * missing);
    const tolerance = STANDARD_ERRORS * error + REGRADING;
    const found = (100 * qualities.reduce((sum, quality) => sum + quality, 0)) / qualities.length;
    return {
      gate: `accuracy of ${model} on all of ${dataset}, in its source ${percent} %: within ${tolerance.toFixed(2)} points`,
      found: found.toFixed(2),
      isMet: Math.abs(found - percent) <= tolerance,
    };
  });
}
