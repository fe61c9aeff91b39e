import { countField, field, hasItems, isObject, listOf, objectField, textField } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, finish, refuse, say } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import { failedWith } from '../stated-failure.ts';

/**
 * The fields of a message of a model: of a live one, of plain data that has them, or of a stored one (`{ lc, kwargs }`,
 * `{ type: 'ai', data }`).
 *
 * @returns undefined for anything else, messages of people and tools included
 */
export function messageFields(value: unknown): object | undefined {
  if (!isObject(value)) return undefined;
  if (field(value, 'lc') === 1)
    return isOfModel(listOf(field(value, 'id')).at(-1)) ? objectField(value, 'kwargs') : undefined;
  const raw = objectField(value, 'raw');
  if (raw !== undefined && Object.hasOwn(value, 'parsed')) return messageFields(raw); // structured output with its message
  const type = field(value, 'type');
  const data = objectField(value, 'data');
  if (data !== undefined) return isOfModel(type) && field(data, 'content') !== undefined ? data : undefined;
  if (field(value, 'content') === undefined || (type !== undefined && !isOfModel(type))) return undefined;
  return hasOwnMetadata(value) ? value : undefined;
}

const OF_MODELS: ReadonlySet<unknown> = new Set(['ai', 'AIMessage', 'AIMessageChunk']);

function isOfModel(type: unknown): boolean {
  return OF_MODELS.has(type);
}

function hasOwnMetadata(value: object): boolean {
  return (
    objectField(value, 'response_metadata') !== undefined ||
    countField(field(value, 'usage_metadata'), 'input_tokens') !== undefined
  );
}

/** Reads what a message, or a chunk of one, says; but not how it ended or what it used. */
export function readMessage(draft: AnswerDraft, choice: ChoiceDraft, message: object): void {
  const metadata = field(message, 'response_metadata');
  const kwargs = field(message, 'additional_kwargs');
  const named = ['model_name', 'model', 'modelId'].find((name) => textField(metadata, name) !== undefined);
  draft.model ??= named === undefined ? textField(kwargs, 'model') : textField(metadata, named);
  draft.id ??= textField(message, 'id');
  const content = field(message, 'content');
  for (const block of Array.isArray(content) ? content : [content]) readBlock(choice, block);
  if (textField(kwargs, 'refusal') !== undefined) refuse(choice);
  choice.hasContent ||= objectField(kwargs, 'audio') !== undefined;
  choice.hasToolCalls ||= TOOL_CALLS.some((name) => hasItems(message, name)) || hasItems(kwargs, 'tool_calls');
  choice.hasToolCalls ||= objectField(kwargs, 'function_call') !== undefined;
}

/** A tool call with unreadable arguments is still a tool call. */
const TOOL_CALLS = ['tool_calls', 'tool_call_chunks', 'invalid_tool_calls'] as const;

/** Blocks that are an answer beside text. */
const MEDIA = /^(image|audio|video|file)/;

function readBlock(choice: ChoiceDraft, block: unknown): void {
  say(choice, block); // the content of most messages is one text
  const type = textField(block, 'type') ?? '';
  if (type === 'text' || type === 'text_delta') say(choice, field(block, 'text'));
  choice.hasContent ||= MEDIA.test(type) || type.endsWith('_tool_result');
  choice.hasToolCalls ||= type === 'tool_use' || type === 'tool_call' || type === 'functionCall';
}

const NAMES = ['finish_reason', 'finishReason', 'stop_reason', 'stopReason', 'done_reason'] as const;

/** Notes why an answer ended, from its metadata or from what LangChain keeps beside it. */
export function endWith(draft: AnswerDraft, choice: ChoiceDraft, ...places: readonly unknown[]): void {
  const place = places.find((place) => reasonIn(place) !== undefined);
  if (place === undefined) return;
  finish(choice, reasonIn(place));
  if (choice.finish === 'failed') draft.failure ??= failedWith(place, { code: choice.finishReason });
  if (choice.finishReason === 'refusal') refuse(choice);
}

function reasonIn(place: unknown): string | undefined {
  const told = NAMES.map((name) => textField(place, name)).find((reason) => reason !== undefined);
  const inEvent = told ?? textField(field(place, 'messageStop'), 'stopReason'); // Bedrock
  if (inEvent !== undefined) return inEvent;
  const status = textField(place, 'status');
  return status === 'incomplete' ? textField(field(place, 'incomplete_details'), 'reason') : status;
}

/** The reading of an answer that need not say how it ended, so a choice that does not say it may be whole. */
export function withUnknownEnds(reading: AnswerReading): AnswerReading {
  const finish = reading.finish.map((kind, choice) => (reading.finishReasons[choice] === undefined ? 'unknown' : kind));
  return { ...reading, finish };
}
