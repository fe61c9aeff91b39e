import { field, fieldAt, listOf, objectField, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { draftReader, finish, say, wholeBy } from '../answer-draft.ts';
import type { Dialect } from '../dialect.ts';
import { readContent } from '../openai-chat/content.ts';
import { StatedUsage } from '../openai-usage/usage.ts';
import { isJsonFormat, requestDialect } from '../request-dialect.ts';
import { failedWith } from '../stated-failure.ts';

/** Whether a value is an answer, or a chunk of one, which looks the same: an output and a usage under the id of a request. */
function isAnswer(value: unknown): boolean {
  if (textField(value, 'request_id') === undefined) return false;
  const output = field(value, 'output');
  return isFailure(value) || Array.isArray(field(output, 'choices')) || isFinished(output) || isEmbedding(output);
}

/** Older models give a text in place of choices. */
function isFinished(output: unknown): boolean {
  return typeof field(output, 'text') === 'string' && field(output, 'finish_reason') !== undefined;
}

function isEmbedding(output: unknown): boolean {
  return Array.isArray(field(output, 'embeddings'));
}

function isFailure(value: unknown): boolean {
  const code = textField(value, 'code');
  return code !== undefined && typeof field(value, 'message') === 'string' && field(value, 'output') === undefined;
}

const reader = draftReader('dashscope', (draft) => {
  const usage = new StatedUsage();
  const texts: string[][] = [];
  const readChoice = (stated: unknown, index: number): void => {
    const choice = draft.choice(index);
    choice.text = '';
    say(choice, field(stated, 'text'));
    readContent(field(stated, 'message'), choice);
    texts[index] = [...(texts[index] ?? []), choice.text];
    const reason = field(stated, 'finish_reason');
    if (reason !== 'null') finish(choice, reason); // the word of a choice that goes on
  };
  return {
    add(part) {
      draft.id ??= textField(part, 'request_id');
      const output = field(part, 'output');
      draft.hasChoices = !isEmbedding(output);
      if (isFailure(part)) {
        draft.failure ??= failedWith(part, { code: textField(part, 'code'), message: textField(part, 'message') });
      }
      usage.add(field(part, 'usage'));
      if (typeof field(output, 'text') === 'string') readChoice(output, 0);
      listOf(field(output, 'choices')).forEach(readChoice);
    },
    end() {
      texts.forEach((told, index) => {
        draft.choice(index).text = joined(told);
      });
      draft.usage = usage.usage({});
    },
  };
});

/** Chunks are pieces if the request asks for them, else each holds all of the text so far. */
function joined(texts: readonly string[]): string {
  const isGrowing = texts.every((text, index) => text.startsWith(texts[index - 1] ?? ''));
  return isGrowing ? (texts.at(-1) ?? '') : texts.join('');
}

/**
 * DashScope's own API. Its other one is of chat completions.
 *
 * @see https://help.aliyun.com/zh/model-studio/qwen-api-reference
 */
export const DASHSCOPE: Dialect = {
  name: 'dashscope',
  request: requestDialect({
    is: (value) => textField(value, 'model') !== undefined && Array.isArray(fieldAt(value, 'input', 'messages')),
    form: () => 'unknown', // a header decides
    asksForJson: (request) => isJsonFormat(fieldAt(request, 'parameters', 'response_format')),
    prompt: (request) => readPrompt({ ...request, ...objectField(request, 'input') }),
    lastQuestion: () => undefined,
  }),
  answer: { is: isAnswer, members: ['request_id'], read: wholeBy(reader) },
  stream: { isChunk: isAnswer, members: ['request_id'], reader },
  bytes: { streamFraming: 'server_sent_events' },
};
