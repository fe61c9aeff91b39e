import { eitherField } from '../dialects/spelling.ts';
import { field, isObject, listOf, textField } from '../fields.ts';
import type { MessagePart } from './message.ts';

/** Messages lie in lists of parts within lists; nothing real is deeper. */
const MAX_DEPTH = 6;

/** Reads the content of a message, in the words of any provider: a text, a part, or a list of them. */
export function partsOf(content: unknown, depth = 0): readonly MessagePart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', content }];
  if (Array.isArray(content)) return depth > MAX_DEPTH ? [] : content.flatMap((part) => partsOf(part, depth + 1));
  if (!isObject(content) || depth > MAX_DEPTH) return [];
  return callOf(content) ?? responseOf(content) ?? textOf(content) ?? mediaOf(content) ?? within(content, depth);
}

/** A call of a tool, as OpenAI, Anthropic, Gemini, Bedrock and the AI SDK write it. */
function callOf(part: object): readonly MessagePart[] | undefined {
  const made = [field(part, 'function'), eitherField(part, 'functionCall'), field(part, 'toolUse')].find(isObject);
  const isCall = made !== undefined || CALLS.has(field(part, 'type'));
  if (!isCall) return undefined;
  const call = made ?? part;
  const id = textField(part, 'call_id') ?? textField(part, 'id') ?? eitherId(call) ?? eitherId(part);
  const name = textField(call, 'name') ?? textField(call, 'toolName');
  const given = ['arguments', 'args', 'input'].map((key) => field(call, key)).find((value) => value !== undefined);
  return [
    { type: 'tool_call', ...(id && { id }), ...(name && { name }), ...(given !== undefined && { arguments: given }) },
  ];
}

const CALLS: ReadonlySet<unknown> = new Set(['tool_use', 'tool-call', 'function_call', 'tool_call']);

function responseOf(part: object): readonly MessagePart[] | undefined {
  const made = [eitherField(part, 'functionResponse'), field(part, 'toolResult')].find(isObject);
  if (made === undefined && !RESPONSES.has(field(part, 'type'))) return undefined;
  const given = made ?? part;
  const id = eitherId(given);
  const response = ['response', 'output', 'result', 'content']
    .map((key) => field(given, key))
    .find((value) => value !== undefined);
  return [{ type: 'tool_call_response', ...(id && { id }), ...(response !== undefined && { response }) }];
}

const RESPONSES: ReadonlySet<unknown> = new Set(['tool_result', 'tool-result', 'function_call_output']);

function eitherId(value: unknown): string | undefined {
  return ['toolCallId', 'toolUseId', 'tool_use_id', 'call_id', 'tool_call_id', 'id']
    .map((name) => textField(value, name))
    .find((id) => id !== undefined);
}

function textOf(part: object): readonly MessagePart[] | undefined {
  const thinking = textField(part, 'thinking') ?? textField(part, 'reasoning');
  if (thinking !== undefined) return [{ type: 'reasoning', content: thinking }];
  const text = textField(part, 'text');
  if (text === undefined) return undefined;
  return [{ type: field(part, 'thought') === true ? 'reasoning' : 'text', content: text }];
}

function mediaOf(part: object): readonly MessagePart[] | undefined {
  const type = textField(part, 'type');
  const modality = MODALITIES.find((word) => type?.includes(word) || isObject(field(part, word)));
  if (modality !== undefined) return [{ type: 'blob', modality }];
  return ['inlineData', 'fileData', 'file'].some((name) => isObject(eitherField(part, name)))
    ? [{ type: 'blob', modality: 'file' }]
    : undefined;
}

const MODALITIES = ['image', 'audio', 'video', 'document'] as const;

/** A message, or a part that holds others. */
function within(part: object, depth: number): readonly MessagePart[] {
  const inside = ['content', 'parts', 'output'].flatMap((name) => partsOf(field(part, name), depth + 1));
  const calls = listOf(eitherField(part, 'toolCalls')).flatMap((call) => partsOf(call, depth + 1));
  return [...inside, ...calls];
}
