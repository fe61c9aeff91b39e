import { BaseMessage } from '@langchain/core/messages';
import { BasePromptValue } from '@langchain/core/prompt_values';
import { field, isPlainObject } from '../../llm/fields.ts';

/** A message as plain data, with what of it decides an answer. */
export interface PlainMessage {
  /** `user`, `assistant`, `system`, `developer`, `tool`, or a role of the model's own. */
  readonly role: string;
  readonly content: unknown;
  readonly [field: string]: unknown;
}

/** LangChain's types of messages under the names that providers give to roles. */
const ROLES: Readonly<Record<string, string>> = { human: 'user', ai: 'assistant' };

/**
 * A message of LangChain as plain data. Equal messages give equal data: what differs from run to run (ids, the tokens that an earlier
 * answer used, what became of its call) is left out.
 */
export function plainMessage(message: BaseMessage): PlainMessage {
  const { type, content, name, additional_kwargs } = message;
  const role = ROLES[type] ?? (field(message, 'role') as string | undefined) ?? type;
  const more = type === 'ai' ? ofModel(message) : type === 'tool' ? ofTool(message) : {};
  return { role, content, name, ...unlessEmpty({ additional_kwargs }), ...more };
}

function ofModel(message: BaseMessage): object {
  // Chunks make them of their pieces when they are read.
  const { tool_calls, invalid_tool_calls } = message as { tool_calls?: unknown[]; invalid_tool_calls?: unknown[] };
  const { tta: _tta, ...response_metadata } = message.response_metadata as Record<string, unknown>;
  return unlessEmpty({ tool_calls, invalid_tool_calls, response_metadata });
}

function ofTool(message: BaseMessage): object {
  return { tool_call_id: field(message, 'tool_call_id'), status: field(message, 'status') };
}

function unlessEmpty(fields: Readonly<Record<string, object | undefined>>): object {
  const isGiven = (value: object = {}): boolean => Object.values(value).some((member) => member !== undefined);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isGiven(value)));
}

/** An input of a Runnable with its messages as plain data, within lists, records and the values of prompts. */
export function plainInput(input: unknown): unknown {
  if (BaseMessage.isInstance(input)) return plainMessage(input);
  if (Array.isArray(input)) return input.map(plainInput);
  if (input instanceof BasePromptValue) return input.toChatMessages().map(plainMessage);
  if (!isPlainObject(input)) return input;
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, plainInput(value)]));
}
