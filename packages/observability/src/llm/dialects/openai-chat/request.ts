import { field, textField } from '../../fields.ts';
import { callerKeyIn } from '../carriage.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { messageDialectOf, ownerOf } from '../message-request.ts';
import { isImageRequest } from '../openai-images/request.ts';
import { OPENAI_WITHOUT_EFFECT } from '../openai-usage/without-effect.ts';
import { requestDialect } from '../request-dialect.ts';
import { hasAnyField, isJsonFormat, personIn } from '../request-fields.ts';

/** Fields of Ollama's requests for a completion of a text. */
const OF_OLLAMA = ['raw', 'template'] as const;

/** What a request leaves at the provider if it is true. */
const STORES = ['store', 'background'] as const;

/** What a request goes on with there. Gateways hand these on for other APIs. */
const KEPT = ['conversation', 'thread', 'previous_response_id', 'container'] as const;

/** Requests of chat completions, and of the older completions of a text. */
export const chatRequest: RequestDialect = requestDialect({
  is: (value) => messageDialectOf(value) === 'openai_chat' || isTextRequest(value),
  model: (request) => textField(request, 'model') ?? textField(request, 'model_id'), // IBM
  withoutEffect: OPENAI_WITHOUT_EFFECT,
  keepsServerState: (request) => STORES.some((name) => field(request, name) === true) || hasAnyField(request, KEPT),
  asksForJson: (request) => isJsonFormat(field(request, 'response_format')),
  person: personIn,
  callerKey: (request) => callerKeyIn(request),
  lastQuestion: (request) => lastMessageOf(request) ?? lastMessageOf(request, 'prompt'),
});

function isTextRequest(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prompt = field(value, 'prompt');
  const isText = typeof prompt === 'string' || (Array.isArray(prompt) && !prompt.some(isMessage));
  return (
    isText &&
    textField(value, 'model') !== undefined &&
    ownerOf(value) === undefined &&
    !hasAnyField(value, OF_OLLAMA) &&
    !isImageRequest(value)
  );
}

/** The AI SDK puts messages into `prompt`. */
function isMessage(value: unknown): boolean {
  return field(value, 'role') !== undefined;
}
