import { field, isObject, textField } from '../../fields.ts';
import type { RequestDialect } from '../dialect.ts';
import { messageDialectOf } from '../message-request.ts';
import { formIfStated, hasAnyField, requestDialect } from '../request-dialect.ts';

/** Fields of a request for one completion that only Ollama has. */
const GENERATE_FIELDS = ['options', 'keep_alive', 'raw', 'template', 'think'] as const;

/** Requests of chat, generate and embed; a chat that has no field of Ollama's own is read as one of OpenAI's. */
export const ollamaRequest: RequestDialect = requestDialect({
  is(value) {
    if (messageDialectOf(value) === 'ollama') return true;
    const isPrompt = typeof field(value, 'prompt') === 'string' || isEmbed(value);
    const isOwn = isPrompt && hasAnyField(value, GENERATE_FIELDS) && textField(value, 'model') !== undefined;
    return isOwn && !Array.isArray(field(value, 'messages'));
  },
  provider: () => 'ollama',
  operation(request) {
    if (Array.isArray(field(request, 'messages'))) return 'chat';
    return isEmbed(request) ? 'embeddings' : 'text_completion';
  },
  form: (request) => (isEmbed(request) ? 'whole' : formIfStated(request)), // the API streams by default, its client does not
  withoutEffect: { stream: true, keep_alive: true },
  keepsServerState: () => false, // `context` is the conversation itself, which the caller keeps
  asksForJson: (request) => field(request, 'format') === 'json' || isObject(field(request, 'format')),
});

function isEmbed(value: unknown): boolean {
  const input = field(value, 'input');
  return typeof input === 'string' || Array.isArray(input);
}
