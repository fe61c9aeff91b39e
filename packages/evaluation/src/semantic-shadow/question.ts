import type { WorkflowContext } from 'tta-dev-primitives';
import { safely } from 'tta-dev-primitives/internal';
import { dialectOfRequest } from 'tta-observability-integration/llm';
import type { CacheRules } from 'tta-observability-integration/primitives';

/** What of a request is compared by its meaning, and by what everything else in it is known. */
export interface Question {
  readonly text: string;
  /** Equal for two requests that differ in their text only: scope, model, parameters, tools and the conversation so far. */
  readonly group: string;
}

/** Stands for the text in the key of the group. */
const TEXT = { semantic: 'text' } as const;

/** The text that a request ends with, and the request without it; undefined for one that cannot be split so. */
type Split = { readonly text: string; readonly rest: unknown } | undefined;

/**
 * Splits a request into its last question and everything else: a text, or a request to a model that ends with a text of the user.
 *
 * @returns undefined for any other request, and for one that cannot be cached; never rejects
 */
export async function questionOf<I>(
  input: I,
  context: WorkflowContext,
  rules: CacheRules<I>,
): Promise<Question | undefined> {
  const split = safely(() => splitRequest(input));
  if (split === undefined || split.text.trim() === '') return undefined;
  const key = await rules.keyOf(split.rest as I, context);
  return key && { text: split.text, group: key.text };
}

function splitRequest(input: unknown): Split {
  if (typeof input === 'string') return { text: input, rest: TEXT };
  if (!isRecord(input)) return undefined;
  const question = dialectOfRequest(input)?.request?.lastQuestion(input);
  return question && { text: question.text, rest: question.rest(TEXT) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
