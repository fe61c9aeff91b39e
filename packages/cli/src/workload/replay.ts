import { UsageError } from '../usage-error.ts';
import { type Line, linesOf } from './lines.ts';
import { isObject, objectOf, type Refuse, tokensOf } from './records.ts';

/** What one model really answered to one prompt. */
export interface RecordedOutcome {
  /** How good the answer was, from 0 to 1, as the file's source graded it. */
  readonly quality: number;
  /** Undefined where the source kept no output, which leaves the answer without a price. */
  readonly outputTokens: number | undefined;
  /** What the source extracted from the answer: a number, a label, a short text. */
  readonly extracted: string | undefined;
}

/** One prompt with what each model made of it. */
export interface ReplayRow {
  readonly id: string;
  readonly prompt: string;
  readonly inputTokens: number;
  readonly outcomes: ReadonlyMap<string, RecordedOutcome>;
  /** Which part of the recording it belongs to, such as `train` or `dev`. */
  readonly split: string | undefined;
}

/**
 * Reads recorded outcomes, one JSON object per line:
 * `{ id, prompt, in_tok, m: { <model>: { q, out_tok, p? } }, split? }`; other members are ignored.
 *
 * @throws UsageError naming the file, the line and what is wrong with it
 */
export async function* replayRows(path: string, signal?: AbortSignal): AsyncGenerator<ReplayRow, void, undefined> {
  let isEmpty = true;
  for await (const line of linesOf(path, signal)) {
    isEmpty = false;
    yield rowOf(line, (problem) => new UsageError(`${path}, line ${line.number}: ${problem}`));
  }
  if (isEmpty) throw new UsageError(`${path} is empty, but a replay needs at least one row`);
}

function rowOf({ text }: Line, refuse: Refuse): ReplayRow {
  const row = objectOf(text, refuse);
  const id = row['id'];
  const prompt = row['prompt'];
  const models = row['m'];
  if (typeof id !== 'string' || id === '') throw refuse('"id" must be a text that names the row');
  if (typeof prompt !== 'string' || prompt === '') throw refuse('"prompt" must be a text');
  const inputTokens = tokensOf(row['in_tok'], '"in_tok"', refuse);
  if (!isObject(models) || Object.keys(models).length === 0) {
    throw refuse('"m" must be an object with at least one model');
  }
  const outcomes = Object.entries(models).map(
    ([model, outcome]) => [model, outcomeOf(model, outcome, refuse)] as const,
  );
  const split = row['split'];
  return {
    id,
    prompt,
    inputTokens,
    outcomes: new Map(outcomes),
    split: typeof split === 'string' ? split : undefined,
  };
}

function outcomeOf(model: string, outcome: unknown, refuse: Refuse): RecordedOutcome {
  if (!isObject(outcome)) throw refuse(`"m" must give an object for the model ${model}`);
  const quality = outcome['q'];
  if (typeof quality !== 'number' || !(quality >= 0 && quality <= 1)) {
    throw refuse(`"q" of the model ${model} must be a number from 0 to 1`);
  }
  const outputTokens = outcome['out_tok'];
  const answer = outcome['p'];
  return {
    quality,
    outputTokens:
      outputTokens === undefined || outputTokens === null
        ? undefined
        : tokensOf(outputTokens, `"out_tok" of the model ${model}`, refuse),
    extracted: typeof answer === 'string' || typeof answer === 'number' ? String(answer) : undefined,
  };
}
