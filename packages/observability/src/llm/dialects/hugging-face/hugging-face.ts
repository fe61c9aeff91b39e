import { countField, field, fieldAt, listOf, textField } from '../../fields.ts';
import { draftReader, finish, say, wholeBy } from '../answer-draft.ts';
import { callerKeyIn } from '../carriage.ts';
import type { Dialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { isConversationRequest } from '../mistral-conversations/mistral-conversations.ts';
import { isJsonFormat, requestDialect } from '../request-dialect.ts';
import { failedWith } from '../stated-failure.ts';
import { usageOfParts } from '../usage-parts.ts';

/** Whether a value is a generated text, or an error in place of one. */
function isAnswer(value: unknown): boolean {
  return isText(field(value, 'generated_text')) || isError(value);
}

function isError(value: unknown): boolean {
  return isText(field(value, 'error')) && isText(field(value, 'error_type'));
}

function isChunk(value: unknown): boolean {
  return isText(field(value, 'generated_text')) || isToken(value);
}

function isToken(value: unknown): boolean {
  return isText(field(field(value, 'token'), 'text')) && Object.hasOwn(Object(value), 'generated_text');
}

const reader = draftReader('hugging_face', (draft) => {
  let wholes = 0;
  return {
    add(part) {
      const message = textField(part, 'error');
      const code = textField(part, 'error_type');
      draft.failure ??= message === undefined ? undefined : failedWith(part, { code, message });
      if (!isChunk(part)) return;
      const isWhole = !isToken(part);
      const choice = draft.choice(isWhole ? wholes++ : 'stream');
      const token = field(part, 'token');
      if (isWhole) say(choice, field(part, 'generated_text'));
      else if (field(token, 'special') !== true) say(choice, field(token, 'text'));
      const details = field(part, 'details');
      finish(choice, field(details, 'finish_reason'));
      if (isWhole) choice.finish ??= 'unknown'; // without details, a whole text may have been cut
      const prompt = listOf(field(details, 'prefill')).length || undefined;
      const inputTokens = countField(details, 'input_length') ?? prompt;
      const outputTokens = countField(details, 'generated_tokens');
      draft.usage = wholes > 1 ? undefined : (usageOfParts({ inputTokens, outputTokens }) ?? draft.usage);
    },
  };
});

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/**
 * Texts that the inference servers of Hugging Face generate. Their chats are chat completions.
 *
 * @see https://huggingface.co/docs/text-generation-inference/messages_api
 */
export const HUGGING_FACE: Dialect = {
  name: 'hugging_face',
  request: requestDialect({
    is: (value) => isText(field(value, 'inputs')) && !isConversationRequest(value),
    withoutEffect: { stream: true, accessToken: true },
    asksForJson: (request) => isJsonFormat(fieldAt(request, 'parameters', 'grammar')),
    callerKey: (request) => callerKeyIn(request, ['accessToken']),
    lastQuestion: (request) => lastMessageOf(request, { messages: 'inputs' }),
  }),
  answer: { is: isAnswer, members: ['generated_text', 'error_type'], read: wholeBy(reader), streamShape: 'iterable' },
  stream: { isChunk, members: ['generated_text'], reader },
  bytes: { streamFraming: 'server_sent_events' },
};
