import { countField, field, listOf, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { AnswerDraft, finish, say } from '../answer-draft.ts';
import type { FinishKind } from '../answer-reading.ts';
import { CARRIAGE, callerKeyIn } from '../carriage.ts';
import type { Dialect, StreamReader } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { wholeBy } from '../read-whole.ts';
import { requestDialect } from '../request-dialect.ts';
import { hasAnyField } from '../request-fields.ts';
import { usageOfParts } from '../usage-parts.ts';

const FINISHES: Readonly<Record<string, FinishKind>> = {
  eos_token: 'complete',
  stop_sequence: 'complete',
  length: 'cut',
};

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

function reader(): StreamReader {
  const draft = new AnswerDraft('hugging_face');
  let wholes = 0;
  return {
    add(part) {
      if (isText(field(part, 'error'))) {
        const code = textField(part, 'error_type');
        draft.failure ??= { code, message: textField(part, 'error'), status: undefined, error: part };
      }
      if (!isChunk(part)) return;
      const choice = draft.choice(isToken(part) ? 'stream' : wholes++);
      const token = field(part, 'token');
      if (isToken(part) && field(token, 'special') !== true) say(choice, field(token, 'text'));
      if (!isToken(part)) say(choice, field(part, 'generated_text'));
      const details = field(part, 'details');
      finish(choice, field(details, 'finish_reason'), FINISHES);
      if (!isToken(part)) choice.finish ??= 'unknown'; // without details, a whole text may have been cut
      const prompt = listOf(field(details, 'prefill')).length || undefined;
      const inputTokens = countField(details, 'input_length') ?? prompt;
      const outputTokens = countField(details, 'generated_tokens');
      draft.usage = wholes > 1 ? undefined : (usageOfParts({ inputTokens, outputTokens }) ?? draft.usage);
    },
    reading: () => draft.close(),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Fields of other dialects' requests that also have `inputs`. */
const OF_OTHERS = ['completion_args', 'agent_id', 'handoff_execution', 'tools', 'instructions', 'store'] as const;

/**
 * Texts that the inference servers of Hugging Face generate. Their chats are chat completions.
 *
 * @see https://huggingface.co/docs/text-generation-inference/messages_api
 */
export const HUGGING_FACE: Dialect = {
  name: 'hugging_face',
  request: requestDialect({
    is: (value) =>
      isText(field(value, 'inputs')) &&
      !hasAnyField(value as object, OF_OTHERS) &&
      (textField(value, 'model')?.includes('/') ?? true),
    withoutEffect: { ...CARRIAGE, stream: true, accessToken: true },
    asksForJson: (request) => field(field(field(request, 'parameters'), 'grammar'), 'type') === 'json',
    callerKey: (request) => callerKeyIn(request) ?? textField(request, 'accessToken'),
    prompt: (request) => ({
      ...readPrompt({ prompt: field(request, 'inputs') }),
      maxOutputTokens: countField(field(request, 'parameters'), 'max_new_tokens'),
    }),
    lastQuestion: (request) => lastMessageOf(request, 'inputs'),
  }),
  answer: { is: isAnswer, members: ['generated_text', 'error_type'], read: wholeBy(reader), streamShape: 'iterable' },
  stream: { isChunk, members: ['generated_text'], reader },
  bytes: { streamFraming: 'server_sent_events' },
};
