import { countField, field, fieldAt, isObject, listOf, textField } from '../../fields.ts';
import { AnswerDraft, type ChoiceDraft, finishOrCall, say } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import { risen } from '../counts.ts';
import type { Dialect, StreamReader } from '../dialect.ts';
import { modelName } from '../gemini/response.ts';
import { countedUsage, GeminiCounts } from '../gemini/usage.ts';
import { failedWith, statedFailure } from '../stated-failure.ts';
import { interactionRequest } from './request.ts';

/** Other records have a state too; an interaction also has parts or a usage. */
function isInteraction(value: unknown): boolean {
  const isNamed = textField(value, 'id') !== undefined && textField(value, 'status') !== undefined;
  if (!isNamed) return false;
  if (field(value, 'object') === 'interaction') return true;
  if (typeof field(field(value, 'usage'), 'total_input_tokens') === 'number') return true;
  const isAsked = textField(value, 'model') !== undefined || textField(value, 'agent') !== undefined;
  return isAsked && partsOf(value) !== undefined;
}

const EVENT = /^(interaction|content|step)\./;

function isInteractionEvent(event: unknown): boolean {
  return EVENT.test(textField(event, 'event_type') ?? '');
}

/** Events about the interaction itself say how far it is; its parts bring it forward. */
function isInteractionProgress(event: unknown): boolean {
  const type = textField(event, 'event_type') ?? '';
  return !type.startsWith('interaction.') || type.startsWith('interaction.complete');
}

/** Reads the events of one interaction, or a whole one. @see https://ai.google.dev/api/interactions-api */
class InteractionReader implements StreamReader {
  readonly #draft = new AnswerDraft('gemini_interactions');
  readonly #counts = new GeminiCounts();
  #calls: Readonly<Record<string, number>> | undefined;
  #tier: string | undefined;
  #status: unknown;
  #hasParts = false;

  add(event: unknown): void {
    for (const name of ['step', 'content', 'delta'] as const) {
      const part = field(event, name);
      this.#hasParts ||= part !== undefined;
      readPart(this.#draft.choice(0), part);
    }
    this.#addUsage(fieldAt(event, 'metadata', 'total_usage'));
    this.#status = field(event, 'status') ?? this.#status;
    const interaction = field(event, 'interaction');
    if (isObject(interaction)) this.addInteraction(interaction);
    this.#draft.failure ??= statedFailure(event);
  }

  /** Reads an interaction as far as it is, with the parts that no event has told. */
  addInteraction(interaction: unknown): void {
    this.#tier = textField(interaction, 'service_tier') ?? this.#tier;
    this.#status = field(interaction, 'status') ?? this.#status;
    this.#addUsage(field(interaction, 'usage'));
    readHead(this.#draft, interaction);
    if (this.#hasParts) return;
    for (const part of partsOf(interaction) ?? []) readPart(this.#draft.choice(0), part);
  }

  reading(): AnswerReading {
    this.#counts.tier ??= this.#tier;
    this.#draft.usage = countedUsage(this.#counts, this.#calls);
    const choice = this.#draft.choice(0);
    finishOrCall(choice, this.#status, { cancelled: 'unfinished' }); // by the caller
    if (choice.finish === 'failed') this.#draft.failure ??= failedWith(undefined, { code: choice.finishReason });
    return this.#draft.close();
  }

  #addUsage(usage: unknown): void {
    if (!isObject(usage)) return;
    this.#counts.add(usage);
    for (const tool of listOf(field(usage, 'grounding_tool_count'))) {
      const name = textField(tool, 'type');
      if (name !== undefined) this.#calls = risen(this.#calls, { [name]: countField(tool, 'count') ?? 0 });
    }
  }
}

function readInteraction(interaction: unknown): AnswerReading {
  const reader = new InteractionReader();
  reader.addInteraction(interaction);
  return reader.reading();
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

/** The Interactions API of Gemini, in both versions of its answers. @see https://ai.google.dev/api/interactions-api */
export const GEMINI_INTERACTIONS: Dialect = {
  name: 'gemini_interactions',
  request: interactionRequest,
  answer: { is: isInteraction, members: ['status'], read: readInteraction },
  stream: {
    isChunk: isInteractionEvent,
    members: ['event_type'],
    reader: () => new InteractionReader(),
    isProgress: isInteractionProgress,
  },
  bytes: { streamFraming: 'server_sent_events' },
};
