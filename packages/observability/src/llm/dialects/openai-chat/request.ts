import { field, textField } from '../../fields.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { messageDialectOf, ownerOf } from '../message-request.ts';
import { isImageRequest } from '../openai-images/openai-images.ts';
import { openaiRequest } from '../openai-usage/request.ts';
import { hasAnyField, isJsonFormat } from '../request-dialect.ts';

/** Fields of Ollama's requests for a completion of a text. */
const OF_OLLAMA = ['raw', 'template'] as const;

/** Requests of chat completions, and of the older completions of a text. */
export const chatRequest: RequestDialect = openaiRequest({
  is: (value) => messageDialectOf(value) === 'openai_chat' || isTextRequest(value),
  model: (request) => textField(request, 'model') ?? textField(request, 'model_id'), // IBM
  operation: (request) => (Array.isArray(field(request, 'messages')) ? 'chat' : 'text_completion'),
  asksForJson: (request) => isJsonFormat(field(request, 'response_format')),
  lastQuestion: (request) => lastMessageOf(request) ?? lastMessageOf(request, { messages: 'prompt' }),
});

function isTextRequest(value: unknown): boolean {
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
