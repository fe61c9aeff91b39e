import type { WorkflowContext } from 'tta-dev-primitives';
import { soberly } from '../../../llm/fields.ts';
import { modelRequestOf } from '../key/request-dialect.ts';
import { type RequestKeyOptions, requestKey } from '../key/request-key.ts';

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
  identity: RequestKeyOptions<I>,
): Promise<Question | undefined> {
  const split = soberly(() => splitRequest(input));
  if (split === undefined || split.text.trim() === '') return undefined;
  const known = await requestKey(split.rest as I, context, identity);
  return typeof known === 'string' ? undefined : { text: split.text, group: known.key.text };
}

function splitRequest(input: unknown): Split {
  if (typeof input === 'string') return { text: input, rest: TEXT };
  const request = modelRequestOf(input);
  const question = request?.requests.lastQuestion(request.fields);
  return question && { text: question.text, rest: question.rest(TEXT) };
}
