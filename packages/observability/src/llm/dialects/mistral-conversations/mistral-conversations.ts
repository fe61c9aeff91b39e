import { field, fieldAt, isObject, listOf, textField } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, draftReader, wholeBy } from '../answer-draft.ts';
import { toolCallsIn } from '../billed-by.ts';
import type { Dialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { readContent } from '../openai-chat/content.ts';
import { usageIn } from '../openai-usage/usage.ts';
import { hasAnyField, isJsonFormat, requestDialect } from '../request-dialect.ts';
import { failedWith, statedFailure, statusAmong } from '../stated-failure.ts';

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

const reader = draftReader('mistral_conversations', (draft) => {
  const choice = draft.choice(0);
  let usage: unknown;
  draft.keepsServerState = true; // the conversation itself
  return {
    add(chunk) {
      const event = eventIn(chunk);
      draft.id ??= textField(event, 'conversation_id');
      if (isConversation(event)) draft.failure ??= statedFailure(event);
      for (const entry of [event, ...listOf(field(event, 'outputs'))]) readEntry(entry, choice, draft);
      if (field(event, 'type') === 'conversation.response.error') {
        const status = statusAmong(field(event, 'code'));
        draft.failure ??= failedWith(event, { message: textField(event, 'message'), status });
      } else if (field(event, 'type') === 'conversation.response.done' || isConversation(event)) {
        choice.finish = choice.hasToolCalls ? 'tools' : 'unknown'; // the format does not say why an answer ended
        usage = field(event, 'usage');
      } else if (!isEvent(chunk)) draft.failure ??= statedFailure(event);
    },
    end() {
      // Tools that Mistral runs are connectors, which put tokens into the prompt and have fees of their own.
      draft.usage = usageIn(usage, { model: draft.model, toolCalls: toolCallsIn(field(usage, 'connectors')) });
    },
  };
});

/** Reads an entry of a conversation, or an event with a piece of one. */
function readEntry(entry: unknown, choice: ChoiceDraft, draft: AnswerDraft): void {
  const type = textField(entry, 'type') ?? '';
  draft.model ??= textField(entry, 'model');
  if (type.startsWith('message.output')) {
    const content = field(entry, 'content');
    readContent({ content: isObject(content) ? [content].flat() : content }, choice);
  }
  choice.hasToolCalls ||= type === 'function.call' || type === 'function.call.delta';
}

/** Fields that distinguish a request for a conversation from other requests with `inputs`. */
const OWN = ['completion_args', 'agent_id', 'handoff_execution', 'tools', 'instructions', 'store'] as const;

/** Whether a value is a request for a conversation; models of Hugging Face, whose requests have `inputs` too, have a slash in their names. */
export function isConversationRequest(value: unknown): boolean {
  const isNamed = /^(?!voyage-)[^/]+$/.test(textField(value, 'model') ?? '');
  return hasAnyField(value, ['inputs']) && (isNamed || hasAnyField(value, OWN));
}

/**
 * Conversations and agents of Mistral. Its chats are chat completions.
 *
 * @see https://docs.mistral.ai/api/#tag/beta.conversations
 */
export const MISTRAL_CONVERSATIONS: Dialect = {
  name: 'mistral_conversations',
  request: requestDialect({
    is: isConversationRequest,
    provider: () => 'mistral_ai',
    withoutEffect: { stream: true, metadata: true, name: true, description: true },
    keepsServerState: (request) => field(request, 'store') !== false,
    asksForJson: (request) => isJsonFormat(fieldAt(request, 'completion_args', 'response_format')),
    lastQuestion: (request) => lastMessageOf(request, { messages: 'inputs' }),
  }),
  answer: { is: isConversation, members: ['object'], read: wholeBy(reader) },
  stream: { isChunk: isEvent, members: ['type', 'event'], reader },
  bytes: { streamFraming: 'server_sent_events' },
};
