import { field, listOf, textField } from '../../fields.ts';
import { AnswerDraft, type ChoiceDraft, say } from '../answer-draft.ts';
import type { AnswerReading, FinishKind } from '../answer-reading.ts';
import { modelName } from '../gemini/parts.ts';
import { statedFailure } from '../stated-failure.ts';
import { InteractionCounts } from './usage.ts';

/** @see https://ai.google.dev/api/interactions-api */
const STATES: Readonly<Record<string, FinishKind>> = {
  completed: 'complete',
  requires_action: 'tools',
  incomplete: 'cut',
  budget_exceeded: 'cut',
  failed: 'failed',
  cancelled: 'unfinished',
  in_progress: 'unfinished',
  queued: 'unfinished',
  requires_continuation: 'unfinished',
};

/** Other records have a state too; an interaction also has parts or a usage. */
export function isInteraction(value: unknown): boolean {
  const isNamed = textField(value, 'id') !== undefined && textField(value, 'status') !== undefined;
  if (!isNamed) return false;
  if (field(value, 'object') === 'interaction') return true;
  if (typeof field(field(value, 'usage'), 'total_input_tokens') === 'number') return true;
  const isAsked = textField(value, 'model') !== undefined || textField(value, 'agent') !== undefined;
  return isAsked && partsOf(value) !== undefined;
}

export function readInteraction(interaction: unknown): AnswerReading {
  const draft = new AnswerDraft('gemini_interactions');
  readHead(draft, interaction);
  readParts(draft.choice(0), interaction);
  draft.usage = new InteractionCounts().add(field(interaction, 'usage')).usage(textField(interaction, 'service_tier'));
  readState(draft.choice(0), field(interaction, 'status'));
  return draft.close();
}

export function readHead(draft: AnswerDraft, interaction: unknown): void {
  draft.id = textField(interaction, 'id') ?? draft.id;
  draft.model = modelName(textField(interaction, 'model')) ?? draft.model;
  draft.keepsServerState ||= ['agent', 'environment_id'].some((name) => textField(interaction, name) !== undefined);
  draft.failure ??= statedFailure(interaction);
}

export function readParts(choice: ChoiceDraft, interaction: unknown): void {
  for (const part of partsOf(interaction) ?? []) readPart(choice, part);
}

/** The steps of an interaction; in the first version of the API, its outputs. */
function partsOf(interaction: unknown): readonly unknown[] | undefined {
  const parts = field(interaction, 'steps') ?? field(interaction, 'outputs');
  return Array.isArray(parts) ? parts : undefined;
}

export function readState(choice: ChoiceDraft, status: unknown): void {
  if (typeof status !== 'string') return;
  const word = status.toLowerCase();
  choice.finishReason = word;
  choice.finish = Object.hasOwn(STATES, word) ? STATES[word] : 'unknown';
  if (choice.finish === 'complete' && choice.hasToolCalls) choice.finish = 'tools';
}

const MEDIA: ReadonlySet<string> = new Set(['image', 'audio', 'video', 'document']);

/** What the application said or answered. */
const OF_APPLICATION: ReadonlySet<string> = new Set(['user_input', 'function_result']);

/** Reads a step, a part of its content, or a delta of either. */
export function readPart(choice: ChoiceDraft, part: unknown): void {
  const type = field(part, 'type');
  if (typeof type !== 'string' || OF_APPLICATION.has(type)) return;
  if (type === 'text') say(choice, field(part, 'text'));
  else if (type === 'model_output') for (const item of listOf(field(part, 'content'))) readPart(choice, item);
  else if (type === 'function_call') choice.hasToolCalls = true;
  else if (MEDIA.has(type) || type.endsWith('_result')) choice.hasContent = true;
}
