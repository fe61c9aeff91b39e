import { field, hasItems, isGiven, isObject, listOf, textField } from '../../fields.ts';
import { type ChoiceDraft, refuse, say } from '../answer-draft.ts';

/** Parts of a content in which a model thinks. */
const THOUGHTS: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking', 'reasoning', 'reasoning_text']);

/** Reads what a message says, or a delta of one, field by field, because a delta has few. */
export function readContent(message: unknown, choice: ChoiceDraft): void {
  if (!isObject(message)) return;
  for (const name in message) {
    switch (name) {
      case 'content':
        readText(field(message, name), choice);
        break;
      case 'refusal':
        if (textField(message, name) !== undefined) refuse(choice);
        break;
      case 'audio':
        choice.hasContent ||= isGiven(field(message, name));
        break;
      case 'images':
        choice.hasContent ||= hasItems(message, name);
        break;
      case 'tool_calls':
      case 'toolCalls': // Mistral's client
        choice.hasToolCalls ||= hasItems(message, name);
        break;
      case 'function_call':
        choice.hasToolCalls ||= isGiven(field(message, name));
    }
  }
}

function readText(content: unknown, choice: ChoiceDraft): void {
  if (typeof content === 'string') say(choice, content);
  else for (const part of listOf(content)) readPart(part, choice);
}

/** Compatible providers give a list of parts where OpenAI gives a text. */
function readPart(part: unknown, choice: ChoiceDraft): void {
  if (THOUGHTS.has(field(part, 'type'))) return;
  const text = field(part, 'text');
  if (typeof text === 'string') say(choice, text);
  else choice.hasContent = true;
}
