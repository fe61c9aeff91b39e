import type { AnswerReading } from '../dialects/answer-reading.ts';
import { eitherField } from '../dialects/spelling.ts';
import { field, isObject, listOf, textField } from '../fields.ts';
import type { MessagePart, ModelContent, ModelMessage } from './message.ts';
import { partsOf } from './read-parts.ts';

const SYSTEM = ['system', 'instructions', 'systemInstruction', 'preamble'] as const;

const INPUT = ['messages', 'input', 'contents', 'prompt', 'inputs', 'inputText', 'message', 'content'] as const;

const SYSTEM_ROLES: ReadonlySet<string> = new Set(['system', 'developer']);

/**
 * Reads what was asked and answered, for those who have asked to see it. May throw.
 *
 * @param answer - the whole answer; undefined for a stream that cannot be put together, whose texts the reading has
 */
export function readContent(request: unknown, answer: unknown, reading: AnswerReading | undefined): ModelContent {
  const messages =
    typeof request === 'string' ? messagesOf(request) : INPUT.flatMap((name) => messagesOf(field(request, name)));
  const isSystem = ({ role }: ModelMessage): boolean => SYSTEM_ROLES.has(role);
  return {
    systemInstructions: [
      ...SYSTEM.flatMap((name) => partsOf(eitherField(request, name) ?? eitherField(field(request, 'config'), name))),
      ...messages.filter(isSystem).flatMap(({ parts }) => parts),
    ],
    inputMessages: messages.filter((message) => !isSystem(message)),
    outputMessages: outputOf(answer, reading),
    toolDefinitions: listOf(field(request, 'tools') ?? field(field(request, 'config'), 'tools')),
  };
}

/** A prompt, one message, or a list of messages; parts without a role are one message of the user. */
function messagesOf(given: unknown): readonly ModelMessage[] {
  if (given === undefined || given === null) return [];
  const items = Array.isArray(given) ? given : [given];
  const isMessage = (item: unknown): boolean =>
    textField(item, 'role') !== undefined || textField(item, 'type') !== undefined;
  if (!items.some(isMessage))
    return messageOf(
      'user',
      items.flatMap((item) => partsOf(item)),
    );
  return items.flatMap((item) => messageOf(roleOf(item), partsOfMessage(item)));
}

/** The answer to a call of a tool is a message of its own in OpenAI's words. */
function partsOfMessage(item: unknown): readonly MessagePart[] {
  const id = textField(item, 'tool_call_id');
  if (id === undefined) return partsOf(item);
  return [{ type: 'tool_call_response', id, response: field(item, 'content') }];
}

function roleOf(item: unknown): string {
  const role = textField(item, 'role')?.toLowerCase();
  if (role === 'model') return 'assistant';
  if (role !== undefined) return role;
  const type = textField(item, 'type');
  return type === 'function_call' || type === 'reasoning'
    ? 'assistant'
    : type === 'function_call_output'
      ? 'tool'
      : 'user';
}

function messageOf(role: string, parts: readonly MessagePart[]): readonly ModelMessage[] {
  return parts.length === 0 ? [] : [{ role, parts }];
}

/** Where providers keep the messages of an answer. */
function outputOf(answer: unknown, reading: AnswerReading | undefined): readonly ModelMessage[] {
  const choices = [...listOf(field(answer, 'choices')), ...listOf(field(answer, 'candidates'))].flatMap((choice) =>
    messageOf('assistant', partsOf(field(choice, 'message') ?? field(choice, 'content') ?? field(choice, 'text'))),
  );
  if (choices.length > 0) return choices;
  const whole = ['content', 'output', 'message', 'response']
    .map((name) => field(answer, name))
    .filter((value) => isObject(value));
  const message = messageOf(
    'assistant',
    whole.flatMap((value) => partsOf(value)),
  );
  if (message.length > 0) return message;
  return (reading?.texts ?? []).flatMap((text) => messageOf('assistant', partsOf(text)));
}
