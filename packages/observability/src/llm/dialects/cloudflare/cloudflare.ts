import { field, hasItems, isObject, listOf, textField } from '../../fields.ts';
import { AnswerDraft, type ChoiceDraft, draftReader, say } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import type { Dialect } from '../dialect.ts';
import { OPENAI_CHAT } from '../openai-chat/openai-chat.ts';
import { OPENAI_RESPONSES } from '../openai-responses/openai-responses.ts';
import { StatedUsage, usageIn } from '../openai-usage/usage.ts';
import { failedWith, statedFailure } from '../stated-failure.ts';

/** Whether a value is an answer of the REST API, which wraps every result, or the result as a Worker gets it. */
function isAnswer(value: unknown): boolean {
  if (typeof field(value, 'success') !== 'boolean' || !Array.isArray(field(value, 'errors'))) return isResult(value);
  const result = field(value, 'result');
  return field(value, 'success') === false || isResult(result) || wrapped(result) !== undefined || isEmbedding(result);
}

/** The format of a result that has one of its own, because its model came with it. */
function wrapped(result: unknown): Dialect | undefined {
  return [OPENAI_CHAT, OPENAI_RESPONSES].find(({ answer }) => answer.is(result));
}

/** A text alone could be anything; with a usage, tool calls or padding it is a model's. */
function isResult(value: unknown): boolean {
  const response = field(value, 'response');
  const isText = typeof response === 'string' || (response === null && Array.isArray(field(value, 'tool_calls')));
  if (!isText || field(value, 'done') !== undefined) return false;
  return (
    field(field(value, 'usage'), 'prompt_tokens') !== undefined ||
    Array.isArray(field(value, 'tool_calls')) ||
    typeof field(value, 'p') === 'string'
  );
}

function isEmbedding(result: unknown): boolean {
  return Array.isArray(field(result, 'shape')) && Array.isArray(field(result, 'data'));
}

function read(value: unknown): AnswerReading {
  const isWrapped = typeof field(value, 'success') === 'boolean';
  const result = isWrapped ? field(value, 'result') : value;
  const failure = isWrapped && field(value, 'success') === false ? failureIn(value) : undefined;
  const reading = wrapped(result)?.answer.read(result);
  if (reading !== undefined) return { ...reading, dialect: 'cloudflare', failure: failure ?? reading.failure };
  const draft = new AnswerDraft('cloudflare');
  draft.failure = failure;
  draft.hasChoices = !isEmbedding(result);
  if (isResult(result) || typeof field(result, 'response') === 'string') {
    const choice = draft.choice(0);
    readResult(result, choice);
    end(choice);
    draft.usage = usageIn(field(result, 'usage'));
  }
  return draft.close();
}

const reader = draftReader('cloudflare', (draft) => {
  const usage = new StatedUsage();
  return {
    add(chunk) {
      draft.failure ??= statedFailure(chunk);
      readResult(chunk, draft.choice(0));
      usage.add(field(chunk, 'usage'));
      if (isObject(field(chunk, 'usage'))) end(draft.choice(0)); // the last chunk states the usage
    },
    end() {
      draft.usage = usage.usage({});
    },
  };
});

function readResult(result: unknown, choice: ChoiceDraft): void {
  say(choice, field(result, 'response'));
  choice.hasToolCalls ||= hasItems(result, 'tool_calls');
}

/** The format does not say why an answer ended: a limit may have cut it. */
function end(choice: ChoiceDraft): void {
  choice.finish = choice.hasToolCalls ? 'tools' : 'unknown';
}

function failureIn(value: unknown): AnswerReading['failure'] {
  const message = textField(listOf(field(value, 'messages'))[0], 'message');
  return statedFailure(value) ?? failedWith(value, { message });
}

/**
 * Workers AI of Cloudflare, through its REST API and within a Worker. Requests have `messages` or a `prompt`, as those of OpenAI.
 *
 * @see https://developers.cloudflare.com/workers-ai
 */
export const CLOUDFLARE: Dialect = {
  name: 'cloudflare',
  answer: { is: isAnswer, members: ['success', 'response'], read },
  stream: { isChunk: isResult, members: ['response'], reader },
  bytes: { streamFraming: 'server_sent_events', terminator: '[DONE]' },
};
