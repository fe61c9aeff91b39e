import { field, listOf, textField } from './fields.ts';

/** One choice of an answer, as far as it was told. */
export interface Choice {
  finishReason: string | undefined;
  hasContent: boolean;
  hasToolCalls: boolean;
}

/**
 * The choices of an answer in the shape of Anthropic's Messages API or of Gemini, from the whole of it or from all its chunks.
 *
 * @returns undefined if it has neither shape
 * @see https://docs.anthropic.com/en/api/messages
 * @see https://ai.google.dev/api/generate-content
 */
export function foreignChoices(chunks: readonly unknown[]): readonly Choice[] | undefined {
  const choices = new Map<unknown, Choice>();
  for (const chunk of chunks) {
    if (isAnthropic(chunk)) addEvent(choiceAt(choices, 0), chunk);
    for (const candidate of listOf(field(chunk, 'candidates'))) {
      addCandidate(choiceAt(choices, field(candidate, 'index') ?? 0), candidate);
    }
  }
  return choices.size === 0 ? undefined : [...choices.values()];
}

function choiceAt(choices: Map<unknown, Choice>, index: unknown): Choice {
  const choice = choices.get(index) ?? { finishReason: undefined, hasContent: false, hasToolCalls: false };
  choices.set(index, choice);
  return choice;
}

const EVENTS: ReadonlySet<unknown> = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'message_delta',
]);

function isAnthropic(chunk: unknown): boolean {
  const type = field(chunk, 'type');
  return (
    EVENTS.has(type) || (type === 'message' && Array.isArray(field(chunk, 'content')) && 'stop_reason' in Object(chunk))
  );
}

/** A whole message, or an event of a streamed one. */
function addEvent(choice: Choice, event: unknown): void {
  const delta = field(event, 'delta');
  choice.finishReason = textField(event, 'stop_reason') ?? textField(delta, 'stop_reason') ?? choice.finishReason;
  for (const block of [delta, field(event, 'content_block'), ...listOf(field(event, 'content'))]) {
    choice.hasContent ||= textField(block, 'text') !== undefined;
    choice.hasToolCalls ||= textField(block, 'type')?.endsWith('tool_use') === true;
  }
}

function addCandidate(choice: Choice, candidate: unknown): void {
  choice.finishReason = textField(candidate, 'finishReason')?.toLowerCase() ?? choice.finishReason;
  for (const part of listOf(field(field(candidate, 'content'), 'parts'))) {
    choice.hasContent ||= textField(part, 'text') !== undefined || field(part, 'inlineData') !== undefined;
    choice.hasToolCalls ||= field(part, 'functionCall') !== undefined;
  }
}
