import { countField, field, listOf, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { AnswerDraft, finish, say } from '../answer-draft.ts';
import type { AnswerReading, FinishKind } from '../answer-reading.ts';
import { largestUsage, usageOfParts } from '../usage-parts.ts';

const FINISHES: Readonly<Record<string, FinishKind>> = {
  stop: 'complete',
  length: 'cut',
  // The model was loaded or unloaded, and asked nothing.
  load: 'unfinished',
  unload: 'unfinished',
};

/** Whether a value is an answer, or the last chunk of one, which looks like an answer whose text was sent before. */
export function isAnswer(value: unknown): boolean {
  return (field(value, 'done') === true && hasSaying(value)) || isEmbedding(value);
}

/** Whether a value is a chunk of a stream, the last one included. */
export function isChunk(value: unknown): boolean {
  return typeof field(value, 'done') === 'boolean' && hasSaying(value);
}

export function readOllama(value: unknown): AnswerReading {
  const draft = new AnswerDraft('ollama');
  readInto(draft, value);
  return draft.close();
}

/** Reads an answer, a chunk, or an error in place of one. */
export function readInto(draft: AnswerDraft, value: unknown): void {
  draft.model ??= textField(value, 'model');
  draft.usage = largestUsage(draft.usage, usageIn(value));
  const error = textField(value, 'error');
  if (error !== undefined) draft.failure ??= { code: undefined, message: error, status: undefined, error: value };
  if (isEmbedding(value)) {
    draft.hasChoices = false;
    return;
  }
  if (!hasSaying(value)) return;
  const choice = draft.choice(0);
  const message = field(value, 'message');
  say(choice, field(message, 'content'));
  say(choice, field(value, 'response'));
  choice.hasContent ||= listOf(field(message, 'images')).length > 0 || textField(value, 'image') !== undefined;
  choice.hasToolCalls ||= listOf(field(message, 'tool_calls')).length > 0;
  if (field(value, 'done') !== true) return;
  // Versions before 0.4 give no reason, only `done`.
  finish(choice, field(value, 'done_reason') ?? 'stop', FINISHES);
  if (choice.finish === 'complete' && choice.hasToolCalls) choice.finish = 'tools';
}

/** Only the last chunk has counts. Older versions do not count a prompt that was served from memory, so its count is unknown. */
function usageIn(value: unknown): Usage | undefined {
  const inputTokens = countField(value, 'prompt_eval_count');
  return usageOfParts({ inputTokens, outputTokens: isEmbedding(value) ? 0 : countField(value, 'eval_count') });
}

function hasSaying(value: unknown): boolean {
  const message = field(value, 'message');
  return (typeof message === 'object' && message !== null) || typeof field(value, 'response') === 'string';
}

function isEmbedding(value: unknown): boolean {
  const isOwn = ['prompt_eval_count', 'total_duration', 'load_duration'].some((name) =>
    Object.hasOwn(Object(value), name),
  );
  return isOwn && Array.isArray(field(value, 'embeddings'));
}
