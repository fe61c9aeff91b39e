import { field, listOf } from '../fields.ts';
import { type Choice, type Findings, hasItems, hasText, isPresent, reasonIn, refuse, say } from './choice.ts';

const OBJECTS: ReadonlySet<unknown> = new Set(['chat.completion', 'chat.completion.chunk', 'text_completion']);

/**
 * Reads a chat completion or a text completion, the whole of it or a chunk.
 *
 * @returns whether it is one
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export function readChat(part: unknown, findings: Findings): boolean {
  const choices = listOf(field(part, 'choices'));
  if (!OBJECTS.has(field(part, 'object')) && !choices.some(isChoice)) return false;
  choices.forEach((choice, position) => {
    const isWhole = field(choice, 'message') !== undefined;
    const found = isWhole ? findings.wholeChoice(position) : findings.choice(field(choice, 'index') ?? position);
    readChoice(choice, found);
  });
  return true;
}

function isChoice(choice: unknown): boolean {
  return ['message', 'delta', 'finish_reason'].some((name) => field(choice, name) !== undefined);
}

function readChoice(told: unknown, choice: Choice): void {
  choice.finishReason = reasonIn(told, 'finish_reason') ?? choice.finishReason;
  say(choice, field(told, 'text'));
  const message = field(told, 'message') ?? field(told, 'delta');
  readContent(field(message, 'content'), choice);
  refuse(choice, field(message, 'refusal'));
  choice.hasContent ||= isPresent(field(message, 'audio')) || hasItems(field(message, 'images'));
  choice.hasToolCalls ||= hasItems(field(message, 'tool_calls')) || isPresent(field(message, 'function_call'));
}

/** Content is a text, or a list of parts with compatible providers. */
function readContent(content: unknown, choice: Choice): void {
  say(choice, content);
  choice.hasContent ||= hasItems(content);
  for (const part of listOf(content)) if (hasText(field(part, 'text'))) say(choice, field(part, 'text'));
}
