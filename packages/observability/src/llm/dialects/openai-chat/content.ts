import { field, listOf } from '../../fields.ts';
import { type ChoiceDraft, say } from '../answer-draft.ts';

/** Parts of a content in which a model thinks. */
const THOUGHTS: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking', 'reasoning', 'reasoning_text']);

/** Reads what a message says, or a delta of one. */
export function readContent(message: unknown, choice: ChoiceDraft): void {
  if (typeof message !== 'object' || message === null) return;
  const content = field(message, 'content');
  if (typeof content === 'string') say(choice, content);
  else for (const part of listOf(content)) readPart(part, choice);
  const refusal = field(message, 'refusal');
  if (typeof refusal === 'string' && refusal !== '') {
    choice.hasContent = true;
    choice.hasRefusal = true;
  }
  choice.hasContent ||= isSet(field(message, 'audio')) || listOf(field(message, 'images')).length > 0;
  choice.hasToolCalls ||= listOf(field(message, 'tool_calls')).length > 0 || isSet(field(message, 'function_call'));
}

/** Compatible providers give a list of parts where OpenAI gives a text. */
function readPart(part: unknown, choice: ChoiceDraft): void {
  if (THOUGHTS.has(field(part, 'type'))) return;
  const text = field(part, 'text');
  if (typeof text === 'string') say(choice, text);
  else choice.hasContent = true;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
