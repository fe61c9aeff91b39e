import { countField, field, isGiven, isObject, listOf, textField } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, draftReader, finishOrCall, say, wholeBy } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import type { StreamReader } from '../dialect.ts';
import { GeminiCounts } from '../gemini/counts.ts';
import { modelName } from '../gemini/response.ts';
import { countedUsage } from '../gemini/usage.ts';
import { risen } from '../rising-counts.ts';
import { statedFailure } from '../stated-failure.ts';

/** Other records have a state too; an interaction also has parts or a usage. */
export function isInteraction(value: unknown): boolean {
  const isNamed = textField(value, 'id') !== undefined && textField(value, 'status') !== undefined;
  if (!isNamed) return false;
  if (field(value, 'object') === 'interaction') return true;
  if (typeof field(field(value, 'usage'), 'total_input_tokens') === 'number') return true;
  const isAsked = textField(value, 'model') !== undefined || textField(value, 'agent') !== undefined;
  return isAsked && partsOf(value) !== undefined;
}

const EVENT = /^(interaction|content|step)\./;

export function isInteractionEvent(event: unknown): boolean {
  return EVENT.test(textField(event, 'event_type') ?? '');
}

/** Events about the interaction itself say how far it is; its parts bring it forward. */
export function isInteractionProgress(event: unknown): boolean {
  const type = textField(event, 'event_type') ?? '';
  return !type.startsWith('interaction.') || type.startsWith('interaction.complete');
}

/** Reads the events of one interaction. @see https://ai.google.dev/api/interactions-api */
export const interactionReader: () => StreamReader = draftReader('gemini_interactions', (draft) => {
  const counts = new GeminiCounts();
  let calls: Readonly<Record<string, number>> | undefined;
  let tier: string | undefined;
  let status: unknown;
  let hasParts = false;
  const addUsage = (usage: unknown): void => {
    if (!isObject(usage)) return;
    counts.add(usage);
    for (const tool of listOf(field(usage, 'grounding_tool_count'))) {
      const name = textField(tool, 'type');
      if (name !== undefined) calls = risen(calls, { [name]: countField(tool, 'count') ?? 0 });
    }
  };
  const addInteraction = (interaction: object): void => {
    tier = textField(interaction, 'service_tier') ?? tier;
    status = field(interaction, 'status') ?? status;
    addUsage(field(interaction, 'usage'));
    readHead(draft, interaction);
    if (!hasParts) for (const part of partsOf(interaction) ?? []) readPart(draft.choice(0), part);
  };
  return {
    add(event) {
      const parts = [field(event, 'step'), field(event, 'content'), field(event, 'delta')].filter(isGiven);
      for (const part of parts) readPart(draft.choice(0), part);
      hasParts ||= parts.length > 0;
      addUsage(field(field(event, 'metadata'), 'total_usage'));
      status = field(event, 'status') ?? status;
      const interaction = field(event, 'interaction');
      if (isObject(interaction)) addInteraction(interaction);
      draft.failure ??= statedFailure(event);
    },
    end() {
      counts.tier ??= tier;
      draft.usage = countedUsage(counts, calls);
      finishOrCall(draft.choice(0), status, { cancelled: 'unfinished' }); // by the caller
    },
  };
});

/** Reads a whole interaction as the only event that holds it. */
export function readInteraction(interaction: unknown): AnswerReading {
  return wholeBy(interactionReader)({ interaction });
}

function readHead(draft: AnswerDraft, interaction: unknown): void {
  draft.id = textField(interaction, 'id') ?? draft.id;
  draft.model = modelName(textField(interaction, 'model')) ?? draft.model;
  draft.keepsServerState ||= ['agent', 'environment_id'].some((name) => textField(interaction, name) !== undefined);
  draft.failure ??= statedFailure(interaction);
}

/** The steps of an interaction; in the first version of the API, its outputs. */
function partsOf(interaction: unknown): readonly unknown[] | undefined {
  const parts = field(interaction, 'steps') ?? field(interaction, 'outputs');
  return Array.isArray(parts) ? parts : undefined;
}

const MEDIA: ReadonlySet<string> = new Set(['image', 'audio', 'video', 'document']);

/** What the application said or answered. */
const OF_APPLICATION: ReadonlySet<string> = new Set(['user_input', 'function_result']);

/** Reads a step, a part of its content, or a delta of either. */
function readPart(choice: ChoiceDraft, part: unknown): void {
  const type = field(part, 'type');
  if (typeof type !== 'string' || OF_APPLICATION.has(type)) return;
  if (type === 'text') say(choice, field(part, 'text'));
  else if (type === 'model_output') for (const item of listOf(field(part, 'content'))) readPart(choice, item);
  else if (type === 'function_call') choice.hasToolCalls = true;
  else if (MEDIA.has(type) || type.endsWith('_result')) choice.hasContent = true;
}
