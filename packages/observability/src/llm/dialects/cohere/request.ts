import { field, isGiven, listOf, textField } from '../../fields.ts';
import { type Prompt, readPrompt } from '../../prompt/read-prompt.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { COMMAND, messageDialectOf } from '../message-request.ts';
import { formIfStated, isJsonFormat, requestDialect } from '../request-dialect.ts';
import { eitherField, eitherText } from '../spelling.ts';

/** Fields that only requests of the first version have beside `message`. */
const FIRST_VERSION = [
  'chatHistory',
  'preamble',
  'connectors',
  'conversationId',
  'promptTruncation',
  'searchQueriesOnly',
  'toolResults',
] as const;

export const cohereRequest: RequestDialect = requestDialect({
  is: (value) => messageDialectOf(value) === 'cohere' || isFirstVersion(value) || isEmbed(value),
  provider: () => 'cohere',
  operation: (request) => (isEmbed(request) ? 'embeddings' : 'chat'),
  form: (request) => (isEmbed(request) ? 'whole' : formIfStated(request)), // the client has a method for each
  withoutEffect: { stream: true, accepts: true, priority: true },
  keepsServerState: (request) => isGiven(eitherField(request, 'conversationId')),
  asksForJson: (request) => isJsonFormat(eitherField(request, 'responseFormat')),
  prompt: (request) => (isFirstVersion(request) ? firstVersionPrompt(request) : readPrompt(request)),
  lastQuestion(request) {
    const text = field(request, 'message');
    if (typeof text !== 'string') return lastMessageOf(request);
    return { text, rest: (other) => ({ ...request, message: other }) };
  },
});

function isFirstVersion(value: unknown): boolean {
  if (typeof field(value, 'message') !== 'string' || field(value, 'messages') !== undefined) return false;
  return (
    FIRST_VERSION.some((name) => isGiven(eitherField(value, name))) || COMMAND.test(textField(value, 'model') ?? '')
  );
}

function isEmbed(value: unknown): boolean {
  return eitherText(value, 'inputType') !== undefined && textField(value, 'model') !== undefined;
}

/** Reads a request of the first version in the words of the second. */
function firstVersionPrompt(request: object): Prompt {
  const history = listOf(eitherField(request, 'chatHistory')).map((turn) => ({
    role: textField(turn, 'role')?.toLowerCase(),
    content: field(turn, 'message'),
  }));
  return readPrompt({
    system: field(request, 'preamble'),
    messages: [...history, { role: 'user', content: field(request, 'message') }],
    tools: field(request, 'tools'),
    max_tokens: eitherField(request, 'maxTokens'),
  });
}
