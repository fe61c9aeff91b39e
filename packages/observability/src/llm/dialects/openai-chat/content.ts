import { field, listOf } from '../../fields.ts';
import { type ChoiceDraft, say } from '../answer-draft.ts';

/** Parts of a content in which a model thinks. */
const THOUGHTS: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking', 'reasoning', 'reasoning_text']);

/** Reads what a message says, or a delta of one, field by field, because a delta has few. */
export function readContent(message: unknown, choice: ChoiceDraft): void {
  if (typeof message !== 'object' || message === null) return;
  for (const name in message) {
    switch (name) {
      case 'content':
        readText(field(message, name), choice);
        break;
      case 'refusal':
        if (!isText(field(message, name))) break;
        choice.hasContent = true;
        choice.hasRefusal = true;
        break;
      case 'audio':
        choice.hasContent ||= (field(message, name) ?? null) !== null;
        break;
      case 'images':
        choice.hasContent ||= listOf(field(message, name)).length > 0;
        break;
      case 'tool_calls':
      case 'toolCalls': // Mistral's client
        choice.hasToolCalls ||= listOf(field(message, name)).length > 0;
        break;
      case 'function_call':
        choice.hasToolCalls ||= (field(message, name) ?? null) !== null;
    }
  }
}

function readText(content: unknown, choice: ChoiceDraft): void {
  if (typeof content === 'string') say(choice, content);
  else for (const part of listOf(content)) readPart(part, choice);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** Compatible providers give a list of parts where OpenAI gives a text. */
function readPart(part: unknown, choice: ChoiceDraft): void {
  if (THOUGHTS.has(field(part, 'type'))) return;
  const text = field(part, 'text');
  if (typeof text === 'string') say(choice, text);
  else choice.hasContent = true;
}
