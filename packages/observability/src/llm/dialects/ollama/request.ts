import { countField, field, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { CARRIAGE } from '../carriage.ts';
import type { RequestDialect } from '../dialect.ts';
import { messageDialectOf } from '../message-request.ts';
import { requestDialect } from '../request-dialect.ts';

/** Fields of a request for one completion that only Ollama has. */
const GENERATE_FIELDS = ['options', 'keep_alive', 'raw', 'template', 'think'] as const;

/** Requests of chat, generate and embed; a chat that has no field of Ollama's own is read as one of OpenAI's. */
export const ollamaRequest: RequestDialect = requestDialect({
  is(value) {
    if (messageDialectOf(value) === 'ollama') return true;
    const isPrompt = typeof field(value, 'prompt') === 'string' || isEmbed(value);
    const isOwn = GENERATE_FIELDS.some((name) => (field(value, name) ?? null) !== null);
    return isPrompt && isOwn && textField(value, 'model') !== undefined && !Array.isArray(field(value, 'messages'));
  },
  provider: () => 'ollama',
  form(request) {
    const stream = field(request, 'stream');
    if (isEmbed(request) || stream === false) return 'whole';
    return stream === true ? 'stream' : 'unknown'; // the API streams by default, its client does not
  },
  withoutEffect: { ...CARRIAGE, stream: true, keep_alive: true },
  keepsServerState: () => false, // `context` is the conversation itself, which the caller keeps
  asksForJson(request) {
    const format = field(request, 'format');
    return format === 'json' || (typeof format === 'object' && format !== null);
  },
  prompt(request) {
    const limit = countField(field(request, 'options'), 'num_predict');
    return { ...readPrompt(request), maxOutputTokens: limit };
  },
});

function isEmbed(value: unknown): boolean {
  const input = field(value, 'input');
  return typeof input === 'string' || Array.isArray(input);
}
