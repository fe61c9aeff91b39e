import { countField, field, listOf, textField } from '../../fields.ts';
import { type Prompt, readPrompt } from '../../prompt/read-prompt.ts';
import { CARRIAGE } from '../carriage.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { messageDialectOf } from '../message-request.ts';
import { requestDialect } from '../request-dialect.ts';
import { spelled } from './spelling.ts';

/** Fields that only requests of the first version have beside `message`, in both spellings. */
const FIRST_VERSION = [
  'chat_history',
  'chatHistory',
  'preamble',
  'connectors',
  'conversation_id',
  'conversationId',
  'prompt_truncation',
  'promptTruncation',
  'search_queries_only',
  'searchQueriesOnly',
  'tool_results',
  'toolResults',
] as const;

/** Models of Cohere answer a request of the first version that has no other field of its own. */
const MODEL = /^(command|c4ai)-/;

/** Fields that only requests for embeddings have. */
const EMBED = ['input_type', 'inputType'] as const;

export const cohereRequest: RequestDialect = requestDialect({
  is: (value) => messageDialectOf(value) === 'cohere' || isFirstVersion(value) || isEmbed(value),
  provider: () => 'cohere',
  form(request) {
    const stream = field(request, 'stream');
    if (isEmbed(request) || stream === false) return 'whole';
    return stream === true ? 'stream' : 'unknown'; // the client has a method for each
  },
  withoutEffect: { ...CARRIAGE, stream: true, accepts: true, priority: true },
  keepsServerState: (request) => (spelled(request, 'conversation_id', 'conversationId') ?? null) !== null,
  asksForJson: (request) => field(spelled(request, 'response_format', 'responseFormat'), 'type') === 'json_object',
  prompt(request) {
    const prompt = isFirstVersion(request) ? firstVersionPrompt(request) : readPrompt(request);
    return { ...prompt, maxOutputTokens: prompt.maxOutputTokens ?? countField(request, 'maxTokens') };
  },
  lastQuestion(request) {
    const text = field(request, 'message');
    if (typeof text !== 'string') return lastMessageOf(request);
    return { text, rest: (other) => ({ ...request, message: other }) };
  },
});

function isFirstVersion(value: unknown): boolean {
  if (typeof field(value, 'message') !== 'string' || field(value, 'messages') !== undefined) return false;
  return (
    FIRST_VERSION.some((name) => (field(value, name) ?? null) !== null) || MODEL.test(textField(value, 'model') ?? '')
  );
}

function isEmbed(value: unknown): boolean {
  return EMBED.some((name) => textField(value, name) !== undefined) && textField(value, 'model') !== undefined;
}

/** Reads a request of the first version in the words of the second. */
function firstVersionPrompt(request: object): Prompt {
  const history = listOf(spelled(request, 'chat_history', 'chatHistory')).map((turn) => ({
    role: textField(turn, 'role')?.toLowerCase(),
    content: field(turn, 'message'),
  }));
  return readPrompt({
    system: field(request, 'preamble'),
    messages: [...history, { role: 'user', content: field(request, 'message') }],
    tools: field(request, 'tools'),
    max_tokens: field(request, 'max_tokens'),
  });
}
