import { listed, UsageError } from '../usage-error.ts';
import { faultFor } from './faults.ts';
import { LIST_PRICES, USUAL_PAIRS, USUAL_TRIOS } from './prices.ts';
import { fractionOf, seededRandom } from './random.ts';
import { type ReplayRow, replayRows } from './replay.ts';
import { scheduleOf } from './schedule.ts';
import {
  type KnownAnswer,
  limitsFor,
  type PlannedRequest,
  speedFor,
  type Workload,
  type WorkloadModel,
  type WorkloadSettings,
} from './workload.ts';

/** Which part of a recording is replayed. */
export interface ReplayChoice {
  /** From the cheapest to the strongest. @defaultValue a usual pair of the file, else its cheapest and its most expensive */
  readonly models?: readonly string[] | undefined;
  /** @defaultValue the last of `models` */
  readonly baseline?: string | undefined;
  /** Only rows whose split is one of these. @defaultValue all rows */
  readonly split?: readonly string[] | undefined;
  /** Whether the first two models' extracted answers are compared before a third is asked. @defaultValue false */
  readonly isCompared?: boolean | undefined;
}

const STREAMED_SHARE = 0.35;

/**
 * A workload of recorded outcomes: each prompt of the file is sent once, in the order of the file, and each model answers as it
 * really did, with its real token counts at list prices.
 *
 * @throws UsageError if the file cannot be read, or a model is not in it, or has no price
 */
export async function replayWorkload(
  path: string,
  choice: ReplayChoice,
  settings: WorkloadSettings,
): Promise<Workload> {
  const limit = Math.min(settings.requests, settings.arrivals?.length ?? Infinity);
  const rows = await rowsOf(path, choice.split, limit, settings.signal);
  const names = choice.models ?? (choice.isCompared === true ? usualTrio(path, rows) : usualModels(path, rows));
  const baselineName = choice.baseline ?? (names.at(-1) as string);
  for (const name of [...names, baselineName]) refuseUnusable(path, rows, name);
  if (choice.isCompared === true) refuseIncomparable(path, rows, names.slice(0, -1));
  const usable = rows.filter((row) => [...names, baselineName].every((name) => answerIn(row, name) !== undefined));
  if (usable.length === 0)
    throw new UsageError(`${path} has no row in which ${listed([...names, baselineName])} all answer`);

  const firstByPrompt = new Map<string, ReplayRow>();
  for (const row of usable) if (!firstByPrompt.has(row.prompt)) firstByPrompt.set(row.prompt, row);
  const schedule = scheduleOf(usable.length, settings, seededRandom(settings.seed));
  const limits = limitsFor(settings.faults);
  const isStreamed = (prompt: string): boolean => fractionOf('streamed', settings.seed, prompt) < STREAMED_SHARE;
  const faults = [...firstByPrompt.keys()].flatMap((prompt) => {
    const fault = faultFor(prompt, isStreamed(prompt), settings.faults, settings.seed, limits);
    return fault === undefined ? [] : [[prompt, fault] as const];
  });
  const models = names.map((name, rank) => modelFor(name, rank, usable));
  return {
    description: `${usable.length} recorded requests of ${path}, ${schedule.description}`,
    notes: notesFor(rows.length - usable.length, usable.length - firstByPrompt.size),
    requests: usable.map(
      (row, index): PlannedRequest => ({
        id: row.id,
        prompt: row.prompt,
        isStreamed: isStreamed(row.prompt),
        atMs: schedule.timesMs[index] ?? 0,
        baseline: answerIn(row, baselineName),
      }),
    ),
    models,
    baseline: modelFor(baselineName, names.length, usable),
    answerOf: (model, prompt) => {
      const row = firstByPrompt.get(prompt);
      return row && answerIn(row, model);
    },
    faults: new Map(faults),
    limits,
  };
}

async function rowsOf(
  path: string,
  wanted: readonly string[] | undefined,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<readonly ReplayRow[]> {
  const rows: ReplayRow[] = [];
  const splits = new Set<string>();
  for await (const row of replayRows(path, signal)) {
    if (row.split !== undefined) splits.add(row.split);
    if (wanted === undefined || (row.split !== undefined && wanted.includes(row.split))) rows.push(row);
    if (rows.length >= limit) break;
  }
  if (wanted !== undefined && rows.length === 0) {
    throw new UsageError(`${path} has no row whose split is ${listed(wanted)}; it has ${listed([...splits])}`);
  }
  return rows;
}

/** What a model answered in a row; undefined if it did not, or if the length of the answer is missing. */
function answerIn({ inputTokens, outcomes }: ReplayRow, model: string): KnownAnswer | undefined {
  const outcome = outcomes.get(model);
  return outcome?.outputTokens === undefined
    ? undefined
    : {
        inputTokens,
        outputTokens: outcome.outputTokens,
        quality: outcome.quality,
        extracted: outcome.extracted,
      };
}

function modelsIn(rows: readonly ReplayRow[]): readonly string[] {
  return [...new Set(rows.flatMap(({ outcomes }) => [...outcomes.keys()]))];
}

function usualModels(path: string, rows: readonly ReplayRow[]): readonly string[] {
  const present = modelsIn(rows);
  const pair = USUAL_PAIRS.find((names) => names.every((name) => present.includes(name)));
  if (pair !== undefined) return pair;
  const priced = pricedIn(present);
  const [cheapest, dearest] = [priced[0], priced.at(-1)];
  if (cheapest === undefined || dearest === undefined || cheapest === dearest) {
    throw new UsageError(`${path} has fewer than two models with a known price; it has ${listed(present)}`);
  }
  return [cheapest, dearest];
}

/** Two models to compare, and the one that answers where they differ. */
function usualTrio(path: string, rows: readonly ReplayRow[]): readonly string[] {
  const present = modelsIn(rows);
  const trio = USUAL_TRIOS.find((names) => names.every((name) => present.includes(name)));
  if (trio !== undefined) return trio;
  const [first, second, ...dearer] = pricedIn(present);
  const dearest = dearer.at(-1);
  if (first === undefined || second === undefined || dearest === undefined) {
    throw new UsageError(`${path} has fewer than three models with a known price; it has ${listed(present)}`);
  }
  return [first, second, dearest];
}

/** The models with a known price, the cheapest first. */
function pricedIn(models: readonly string[]): readonly string[] {
  return models.filter((name) => isPriced(name)).sort((one, other) => outputUsd(one) - outputUsd(other));
}

function isPriced(model: string): boolean {
  return Object.hasOwn(LIST_PRICES, model);
}

function outputUsd(model: string): number {
  return LIST_PRICES[model]?.outputPerMillionUsd ?? Infinity;
}

function refuseUnusable(path: string, rows: readonly ReplayRow[], name: string): void {
  const present = modelsIn(rows);
  if (!present.includes(name)) {
    throw new UsageError(`${path} has no model ${name}; it has ${listed(present)}`);
  }
  if (!isPriced(name)) {
    const priced = present.filter((model) => isPriced(model));
    throw new UsageError(
      `the price of ${name} is unknown; the models in ${path} with a known price are ${listed(priced)}`,
    );
  }
  if (rows.every((row) => answerIn(row, name) === undefined)) {
    throw new UsageError(`${path} does not say how many tokens ${name} wrote, so its answers have no price`);
  }
}

function refuseIncomparable(path: string, rows: readonly ReplayRow[], names: readonly string[]): void {
  const silent = names.filter((name) => rows.every((row) => answerIn(row, name)?.extracted === undefined));
  if (silent.length === 0) return;
  throw new UsageError(`${path} has no extracted answers ("p") of ${listed(silent)}, so there is nothing to compare`);
}

/** The recording holds no times: a stronger model is played as a slower one. */
function modelFor(name: string, rank: number, rows: readonly ReplayRow[]): WorkloadModel {
  const longest = rows.reduce((most, row) => Math.max(most, answerIn(row, name)?.outputTokens ?? 0), 0);
  return {
    name,
    price: LIST_PRICES[name] as WorkloadModel['price'],
    firstTokenMs: 40 + 60 * rank,
    tokensPerSecond: speedFor(2_000 / (rank + 1), longest),
  };
}

function notesFor(skipped: number, repeats: number): readonly string[] {
  return [
    'Tokens and quality are recorded and prices are list prices; the times are those of the loopback provider.',
    repeats === 0
      ? 'No prompt of the recording comes twice, so there is nothing for the cache to answer.'
      : `${repeats} ${repeats === 1 ? 'prompt of the recording comes' : 'prompts of the recording come'} again, for the cache to answer.`,
    ...(skipped === 0
      ? []
      : [
          `${skipped} ${skipped === 1 ? 'row was' : 'rows were'} left out, because one of the models has no answer there.`,
        ]),
  ];
}
