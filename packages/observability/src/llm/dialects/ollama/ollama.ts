import { countField, field, hasItems, isObject, textField } from '../../fields.ts';
import { type AnswerDraft, draftReader, finishOrCall, say, wholeBy } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import { conversionsOf } from '../conversions.ts';
import { risen } from '../counts.ts';
import type { Dialect, StreamReader } from '../dialect.ts';
import { failedWith } from '../stated-failure.ts';
import { usageOfParts } from '../usage-parts.ts';
import { assembleOllama, chunksOfOllama } from './assembly.ts';
import { ollamaHttp } from './http.ts';
import { ollamaRequest } from './request.ts';

/** Whether a value is an answer, or the last chunk of one, which looks like an answer whose text was sent before. */
function isAnswer(value: unknown): boolean {
  return (field(value, 'done') === true && hasSaying(value)) || isEmbedding(value);
}

/** Whether a value is a chunk of a stream, the last one included. */
function isChunk(value: unknown): boolean {
  return typeof field(value, 'done') === 'boolean' && hasSaying(value);
}

const ollamaReader: () => StreamReader = draftReader('ollama', (draft) => ({
  add: (chunk) => readInto(draft, chunk),
}));

const readOllama: (value: unknown) => AnswerReading = wholeBy(ollamaReader);

/** Reads an answer, a chunk, or an error in place of one. */
function readInto(draft: AnswerDraft, value: unknown): void {
  const error = textField(value, 'error');
  draft.model ??= textField(value, 'model');
  draft.failure ??= error === undefined ? undefined : failedWith(value, { message: error });
  // Only the last chunk has counts. Older versions do not count a prompt that was served from memory, so its count is unknown.
  const outputTokens = isEmbedding(value) ? 0 : countField(value, 'eval_count');
  const usage = usageOfParts({ inputTokens: countField(value, 'prompt_eval_count'), outputTokens });
  draft.usage = risen(draft.usage, usage);
  draft.hasChoices &&= !isEmbedding(value);
  if (!draft.hasChoices || !hasSaying(value)) return;
  const choice = draft.choice(0);
  const message = field(value, 'message');
  say(choice, field(message, 'content'));
  say(choice, field(value, 'response'));
  choice.hasContent ||= hasItems(message, 'images') || textField(value, 'image') !== undefined;
  choice.hasToolCalls ||= hasItems(message, 'tool_calls');
  // Versions before 0.4 give no reason, only `done`.
  if (field(value, 'done') === true) finishOrCall(choice, field(value, 'done_reason') ?? 'stop');
}

function hasSaying(value: unknown): boolean {
  return isObject(field(value, 'message')) || typeof field(value, 'response') === 'string';
}

function isEmbedding(value: unknown): boolean {
  const isOwn = ['prompt_eval_count', 'total_duration', 'load_duration'].some((name) =>
    Object.hasOwn(Object(value), name),
  );
  return isOwn && Array.isArray(field(value, 'embeddings'));
}

const { chunks, assemble } = conversionsOf({ take: chunksOfOllama, assemble: assembleOllama });

/**
 * Ollama's own API: chat, generate and embed.
 *
 * @see https://docs.ollama.com/api
 */
export const OLLAMA: Dialect = {
  name: 'ollama',
  request: ollamaRequest,
  answer: {
    is: isAnswer,
    members: ['done', 'embeddings'],
    read: readOllama,
    chunks,
    streamShape: 'iterable',
  },
  stream: { isChunk, members: ['done'], reader: ollamaReader, assemble },
  http: ollamaHttp,
  bytes: { streamFraming: 'json_lines' },
};
