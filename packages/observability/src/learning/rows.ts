import { FEATURE_NAMES, featuresIn } from './features.ts';
import { fnv1a } from './text/fnv1a.ts';
import { normalQuestion } from './text/question.ts';
import { scanPrompt } from './text/scan.ts';
import { countsOf, type PromptVector, vectorFrom, vectorOf } from './text/vector.ts';

/** How many slots the words of a prompt are hashed into, as a power of two, by default. */
export const USUAL_HASH_BITS = 18;

/**
 * A prompt without its words, for logs that must not hold any: its features, and how often each hashed word and pair of words
 * occurs, without their order. Enough to train on; the text cannot be read out of it, though a guess at a text can be confirmed.
 */
export interface HashedPrompt {
  readonly hashBits: number;
  /** In the order of {@link FEATURE_NAMES}. */
  readonly values: readonly number[];
  readonly slots: readonly number[];
  /** How often each slot occurs. */
  readonly counts: readonly number[];
  /** A hash of the question without case, white space and punctuation: copies of a question are kept together by it. */
  readonly question: number;
}

/** What one model answered, and what that was worth. */
export interface GradedAnswer {
  /** From 0 to 1; undefined if it is not graded. */
  readonly quality: number | undefined;
  readonly outputTokens: number | undefined;
  readonly costUsd: number | undefined;
  /** How long it took, in milliseconds. */
  readonly latencyMs?: number | undefined;
  /** The answer that was extracted: a number, a label, a short text. */
  readonly answer: string | undefined;
  /** All that the model wrote. */
  readonly text: string | undefined;
}

/** One prompt with what each model made of it. */
export interface GradedRow {
  readonly id: string;
  /** Undefined where only `hashed` was logged. */
  readonly prompt: string | undefined;
  readonly hashed: HashedPrompt | undefined;
  readonly inputTokens: number | undefined;
  readonly answers: Readonly<Record<string, GradedAnswer>>;
  /** All that the weaker of two models wrote, in rows that say it without its name. */
  readonly weakText?: string | undefined;
  /** Which part of the data it belongs to, such as `train` or `dev`. */
  readonly split: string | undefined;
}

/**
 * Reads a row of a log, `{ id, prompt, in_tok, m: { <model>: { q, out_tok, p } }, split? }`. Instead of `prompt` it may have
 * `features`, a {@link HashedPrompt}; a model may have `cost_usd`, `latency_ms` and `text` too. A row of two models
 * may have the text of the weaker one's answer as `weak_resp`. Other members are ignored.
 *
 * @throws TypeError saying in a few words what is wrong with it
 */
export function gradedRow(value: unknown): GradedRow {
  if (!isRecord(value)) throw new TypeError('it must be a JSON object');
  const { id, prompt, features, in_tok: inputTokens, m: models, weak_resp: weakText, split } = value;
  if (!(typeof id === 'string' && id !== '') && typeof id !== 'number') throw new TypeError('"id" must name the row');
  if (prompt !== undefined && typeof prompt !== 'string') throw new TypeError('"prompt" must be a text');
  if (prompt === undefined && features === undefined) throw new TypeError('"prompt" or "features" is missing');
  if (!isRecord(models) || Object.keys(models).length === 0) throw new TypeError('"m" must hold at least one model');
  const answers = Object.entries(models).map(([model, answer]) => [model, gradedAnswer(model, answer)] as const);
  return {
    id: String(id),
    prompt,
    hashed: features === undefined ? undefined : hashedPrompt(features),
    inputTokens: optionalAmount(inputTokens, '"in_tok"'),
    answers: Object.fromEntries(answers),
    weakText: typeof weakText === 'string' && answers.length === 2 ? weakText : undefined, // of more answers, its owner is unknown
    split: typeof split === 'string' ? split : undefined,
  };
}

/** Takes the words out of a prompt. */
export function hashPrompt(prompt: string, hashBits: number = USUAL_HASH_BITS): HashedPrompt {
  const scan = scanPrompt(prompt);
  const counts = countsOf(scan, hashBits);
  return {
    hashBits,
    values: Array.from(featuresIn(scan)),
    slots: [...counts.keys()],
    counts: [...counts.values()],
    question: fnv1a(normalQuestion(prompt)),
  };
}

/** The vector of a row's prompt. @throws RangeError if it was hashed into fewer slots */
export function vectorOfRow({ id, prompt, hashed }: GradedRow, hashBits: number): PromptVector {
  if (prompt !== undefined) return vectorOf(prompt, hashBits);
  if (hashed === undefined) throw new RangeError(`row ${id} has neither prompt nor features`);
  if (hashed.hashBits < hashBits) {
    throw new RangeError(`row ${id} was hashed with ${hashed.hashBits} bits, but ${hashBits} are needed`);
  }
  const counts = new Map<number, number>();
  for (const [index, slot] of hashed.slots.entries()) {
    const folded = slot & (2 ** hashBits - 1);
    counts.set(folded, (counts.get(folded) ?? 0) + (hashed.counts[index] as number));
  }
  return vectorFrom(counts, Float64Array.from(hashed.values));
}

/** The same for two rows if, and only if, they ask the same question, a collision of hashes apart. */
export function questionOf({ prompt, hashed }: GradedRow): number {
  return prompt === undefined ? (hashed?.question ?? 0) : fnv1a(normalQuestion(prompt));
}

function gradedAnswer(model: string, value: unknown): GradedAnswer {
  if (!isRecord(value)) throw new TypeError(`"m" must hold an object for ${model}`);
  const { q, out_tok: outputTokens, cost_usd: costUsd, latency_ms: latencyMs, p, text } = value;
  const quality = optionalAmount(q, `"q" of ${model}`);
  if (quality !== undefined && quality > 1) throw new TypeError(`"q" of ${model} must lie between 0 and 1`);
  return {
    quality,
    outputTokens: optionalAmount(outputTokens, `"out_tok" of ${model}`),
    costUsd: optionalAmount(costUsd, `"cost_usd" of ${model}`),
    latencyMs: optionalAmount(latencyMs, `"latency_ms" of ${model}`),
    answer: typeof p === 'string' || typeof p === 'number' ? String(p) : undefined,
    text: typeof text === 'string' ? text : undefined,
  };
}

function hashedPrompt(value: unknown): HashedPrompt {
  if (!isRecord(value)) throw new TypeError('"features" must be an object');
  const { hashBits, values, slots, counts, question } = value;
  const isSized = Number.isInteger(hashBits) && (hashBits as number) >= 8 && (hashBits as number) <= 24;
  if (!isSized) throw new TypeError('"features.hashBits" must be a whole number from 8 to 24');
  if (!(isNumbers(values) && values.length === FEATURE_NAMES.length)) {
    throw new TypeError(`"features.values" must be ${FEATURE_NAMES.length} numbers`);
  }
  const isSlot = (slot: number): boolean => Number.isInteger(slot) && slot >= 0 && slot < 2 ** (hashBits as number);
  if (!(isNumbers(slots) && slots.every(isSlot))) throw new TypeError('"features.slots" must be numbers of slots');
  if (!(isNumbers(counts) && counts.length === slots.length && counts.every((count) => count > 0))) {
    throw new TypeError('"features.counts" must say how often each slot occurs');
  }
  if (typeof question !== 'number') throw new TypeError('"features.question" must be a number');
  return { hashBits: hashBits as number, values, slots, counts, question };
}

function optionalAmount(value: unknown, member: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= 0 && value < Infinity) return value;
  throw new TypeError(`${member} must be a number, 0 or more`);
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((member) => Number.isFinite(member));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
