import { field, fieldAt, isGiven, textField } from '../fields.ts';
import { readPrompt } from '../prompt/read-prompt.ts';
import { CARRIAGE, callerKeyIn, decisiveHeadersIn, headersIn } from './carriage.ts';
import type { AnswerForm, RequestDialect } from './dialect.ts';
import { providerAt } from './hosts.ts';
import { lastMessageOf } from './last-message.ts';
import { readParameters } from './request-parameters.ts';

/** How most requests are read. */
const USUAL: Omit<RequestDialect, 'is' | 'withoutEffect'> = {
  model: (request) => textField(request, 'model'),
  provider: (request) => providerAt(textField(request, 'url')),
  form: streamedForm,
  parameters: readParameters,
  keepsServerState: () => false,
  asksForJson: () => false,
  person: () => [],
  callerKey: (request) => callerKeyIn(request),
  headers: (request) => decisiveHeadersIn(headersIn(request)),
  prompt: readPrompt,
  lastQuestion: (request) => lastMessageOf(request),
};

/**
 * How requests of a dialect are read: as most requests, except for what the dialect has of its own. The fields that it adds to
 * `withoutEffect` stand beside the options of transport.
 */
export function requestDialect(own: Pick<RequestDialect, 'is'> & Partial<RequestDialect>): RequestDialect {
  return { ...USUAL, ...own, withoutEffect: { ...CARRIAGE, ...own.withoutEffect } };
}

/** The user ids in a request, under OpenAI's and Anthropic's names; null for each missing one. */
export function personIn(request: object): readonly unknown[] {
  return [['user'], ['safety_identifier'], ['metadata', 'user_id']].map((path) => fieldAt(request, ...path) ?? null);
}

const JSON_FORMATS: ReadonlySet<unknown> = new Set(['json_schema', 'json_object', 'json']);

/** Whether a format that a request asks for, such as `{ type: 'json_schema' }`, is JSON. */
export function isJsonFormat(format: unknown): boolean {
  return JSON_FORMATS.has(field(format, 'type'));
}

/** The form that `stream` asks for, and `stream_options` where the dialect knows it. */
function streamedForm(request: object): AnswerForm {
  if (field(request, 'stream') !== true) return 'whole';
  return fieldAt(request, 'stream_options', 'include_usage') === true ? 'stream_with_usage' : 'stream';
}

/** The form that `stream` asks for where streams always state their usage. */
export function formByStream(request: object): AnswerForm {
  return field(request, 'stream') === true ? 'stream' : 'whole';
}

/** The form of a request that a method of a client may have made, or an address, without a word in the request itself. */
export function formIfStated(request: object): AnswerForm {
  const stream = field(request, 'stream');
  if (typeof stream !== 'boolean') return 'unknown';
  return stream ? 'stream' : 'whole';
}

/** Whether a request sets any of some fields. */
export function hasAnyField(request: unknown, names: readonly string[]): boolean {
  return names.some((name) => isGiven(field(request, name)));
}

/** The same for fields that `false` turns off. */
export function asksForAny(request: unknown, names: readonly string[]): boolean {
  return names.some((name) => isGiven(field(request, name)) && field(request, name) !== false);
}
