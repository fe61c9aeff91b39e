import { countField, field, listOf, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { AnswerDraft, type ChoiceDraft } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import { CARRIAGE } from '../carriage.ts';
import type { Dialect, StreamReader } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { readContent } from '../openai-chat/content.ts';
import { StatedUsage } from '../openai-usage/usage.ts';
import { requestDialect } from '../request-dialect.ts';
import { hasAnyField, isJsonFormat } from '../request-fields.ts';
import { statedFailure } from '../stated-failure.ts';

/** Events of a stream, by what their names begin with. */
const EVENT = /^(conversation\.response|message\.output|function\.call|tool\.execution|agent\.handoff)\./;

function isConversation(value: unknown): boolean {
  return field(value, 'object') === 'conversation.response';
}

/** The client puts an event beside its name. */
function eventIn(value: unknown): unknown {
  return textField(value, 'event') === undefined ? value : field(value, 'data');
}

function isEvent(value: unknown): boolean {
  return EVENT.test(textField(eventIn(value), 'type') ?? '');
}

function newDraft(): AnswerDraft {
  const draft = new AnswerDraft('mistral_conversations');
  draft.keepsServerState = true; // the conversation itself
  return draft;
}

function read(value: unknown): AnswerReading {
  const draft = newDraft();
  draft.id = textField(value, 'conversation_id');
  const choice = draft.choice(0);
  for (const entry of listOf(field(value, 'outputs'))) readEntry(entry, choice, draft);
  end(choice);
  draft.failure = statedFailure(value);
  draft.usage = usageIn(field(value, 'usage'), draft.model);
  return draft.close();
}

function reader(): StreamReader {
  const draft = newDraft();
  const choice = draft.choice(0);
  let usage: unknown;
  return {
    add(chunk) {
      const event = eventIn(chunk);
      const type = textField(event, 'type') ?? '';
      draft.id ??= textField(event, 'conversation_id');
      readEntry(event, choice, draft);
      if (type === 'conversation.response.error') {
        const code = field(event, 'code');
        const status = Number(code) >= 400 && Number(code) <= 599 ? Number(code) : undefined;
        draft.failure ??= { code: undefined, message: textField(event, 'message'), status, error: event };
      } else if (type === 'conversation.response.done') {
        end(choice);
        usage = field(event, 'usage');
      } else if (!isEvent(chunk)) draft.failure ??= statedFailure(event);
    },
    reading() {
      draft.usage = usageIn(usage, draft.model);
      return draft.close();
    },
  };
}

/** Reads an entry of a conversation, or an event with a piece of one. */
function readEntry(entry: unknown, choice: ChoiceDraft, draft: AnswerDraft): void {
  const type = textField(entry, 'type') ?? '';
  draft.model ??= textField(entry, 'model');
  if (type.startsWith('message.output')) {
    const content = field(entry, 'content');
    readContent({ content: typeof content === 'object' && !Array.isArray(content) ? [content] : content }, choice);
  }
  choice.hasToolCalls ||= type === 'function.call' || type === 'function.call.delta';
}

/** The format does not say why an answer ended. */
function end(choice: ChoiceDraft): void {
  choice.finish = choice.hasToolCalls ? 'tools' : 'unknown';
}

/** Tools that Mistral runs are connectors, which put tokens into the prompt and have fees of their own. */
function usageIn(stated: unknown, model: string | undefined): AnswerReading['usage'] {
  const usage = new StatedUsage();
  usage.add(stated);
  const connectors = field(stated, 'connectors');
  const used = typeof connectors === 'object' && connectors !== null ? Object.keys(connectors) : [];
  const calls = used.map((name) => [name, countField(connectors, name) ?? 0] as const).filter(([, count]) => count > 0);
  return usage.usage({ model, toolCalls: calls.length === 0 ? undefined : Object.fromEntries(calls) });
}

/** Fields that distinguish a request for a conversation from other requests with `inputs`. */
const OWN = ['completion_args', 'agent_id', 'handoff_execution', 'tools', 'instructions', 'store'] as const;

/**
 * Conversations and agents of Mistral. Its chats are chat completions.
 *
 * @see https://docs.mistral.ai/api/#tag/beta.conversations
 */
export const MISTRAL_CONVERSATIONS: Dialect = {
  name: 'mistral_conversations',
  request: requestDialect({
    is(value) {
      if (typeof value !== 'object' || value === null || !hasAnyField(value, ['inputs'])) return false;
      const model = textField(value, 'model');
      return hasAnyField(value, OWN) || (model !== undefined && !model.includes('/'));
    },
    provider: () => 'mistral_ai',
    withoutEffect: { ...CARRIAGE, stream: true, metadata: true, name: true, description: true },
    keepsServerState: (request) => field(request, 'store') !== false,
    asksForJson: (request) => isJsonFormat(field(field(request, 'completion_args'), 'response_format')),
    prompt: (request) => ({
      ...readPrompt({ ...request, input: field(request, 'inputs') }),
      maxOutputTokens: countField(field(request, 'completion_args'), 'max_tokens'),
    }),
    lastQuestion: (request) => lastMessageOf(request, 'inputs'),
  }),
  answer: { is: isConversation, members: ['object'], read },
  stream: { isChunk: isEvent, members: ['type', 'event'], reader },
  bytes: { streamFraming: 'server_sent_events' },
};
