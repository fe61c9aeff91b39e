import { field, listOf, textField } from '../../fields.ts';
import { AnswerDraft, type ChoiceDraft, finish, say } from '../answer-draft.ts';
import type { AnswerReading, StatedFailure } from '../answer-reading.ts';
import type { StreamReader } from '../dialect.ts';
import { serviceTierIn } from '../openai-usage/service-tier.ts';
import { StatedUsage } from '../openai-usage/usage.ts';
import { wholeBy } from '../read-whole.ts';
import { statedFailure } from '../stated-failure.ts';
import { readContent } from './content.ts';
import { CHAT_FINISHES } from './finishes.ts';

/** Whether a value is a chat completion or a text completion. Chunks of a text completion look like whole ones. */
export function isCompletion(value: unknown): boolean {
  const object = field(value, 'object');
  if (object === 'chat.completion' || object === 'text_completion') return true;
  return object !== 'chat.completion.chunk' && listOf(field(value, 'choices')).some(isWholeChoice);
}

/** Whether a value is a chunk of a stream of either. */
export function isCompletionChunk(value: unknown): boolean {
  const chunk = chunkOf(value);
  if (chunk !== value) return listOf(field(chunk, 'choices')).some(isPartOfChoice);
  const object = field(value, 'object');
  if (object === 'chat.completion.chunk' || object === 'text_completion') return true;
  return object !== 'chat.completion' && listOf(field(value, 'choices')).some(isPartOfChoice);
}

function isWholeChoice(choice: unknown): boolean {
  return (field(choice, 'message') ?? null) !== null || typeof field(choice, 'text') === 'string';
}

/** The client of Mistral gives each chunk as the data of an event. */
function chunkOf(value: unknown): unknown {
  const data = field(value, 'data');
  return typeof data === 'object' && data !== null && field(value, 'object') === undefined ? data : value;
}

function isPartOfChoice(choice: unknown): boolean {
  const delta = field(choice, 'delta');
  return typeof delta === 'object' && delta !== null;
}

/** Reads a whole completion. */
export const readCompletion: (value: unknown) => AnswerReading = wholeBy(completionReader);

/** Reads the chunks of a stream, and whole completions, each with its own choices. */
export function completionReader(): StreamReader {
  const draft = new AnswerDraft('openai_chat');
  const usage = new StatedUsage();
  let serviceTier: string | undefined;
  let wholes = 0;
  let usageId: string | undefined;
  let isOneAnswer = true;
  /** A gateway that falls back in mid-stream names another model from then on. */
  let usageModel: string | undefined;

  /** Several answers, or the chunks of several streams, have no usage in common. */
  const readUsage = (stated: unknown, { id, model }: CompletionFields): void => {
    if (typeof stated !== 'object' || stated === null) return;
    isOneAnswer &&= (id ?? usageId) === (usageId ?? id);
    usageId ??= id;
    usageModel = model ?? usageModel;
    usage.add(stated);
  };
  const readChoices = (choices: readonly unknown[], fields: CompletionFields): void => {
    const isWhole = field(choices[0], 'message') !== undefined;
    if (isWhole) wholes += 1;
    for (let position = 0; position < choices.length; position += 1) {
      const stated = choices[position];
      const index = isWhole ? `${wholes}:${position}` : (field(stated, 'index') ?? position);
      const { error, usage: ofChoice } = readChoice(stated, draft.choice(index));
      if (error !== undefined) draft.failure ??= statedFailure(stated); // OpenRouter
      readUsage(ofChoice, fields); // Moonshot
    }
  };
  const add = (stated: unknown): void => {
    const part = chunkOf(stated);
    const fields = fieldsOf(part);
    const { choices, groq } = fields;
    draft.model ??= fields.model ?? fields.modelId;
    draft.id ??= fields.id;
    serviceTier = fields.serviceTier ?? serviceTier;
    readUsage(fields.usage ?? field(groq, 'usage'), fields);
    if (Array.isArray(choices)) readChoices(choices, fields);
    if (!Array.isArray(choices) || fields.error !== undefined) draft.failure ??= statedFailure(part);
    if (groq !== undefined) draft.failure ??= statedFailure(groq);
    if (fields.baseResponse !== undefined) draft.failure ??= refusedCall(fields.baseResponse);
  };
  return {
    add,
    reading() {
      draft.model = usageModel ?? draft.model;
      draft.usage =
        isOneAnswer && wholes <= 1
          ? usage.usage({ model: draft.model, serviceTier, hasUnlistedParts: isSearch(draft.model) })
          : undefined;
      return draft.close();
    },
  };
}

/** The fields of a completion, or of a chunk, that say anything. */
interface CompletionFields {
  model: string | undefined;
  modelId: string | undefined;
  id: string | undefined;
  serviceTier: string | undefined;
  usage: unknown;
  choices: unknown;
  error: unknown;
  groq: unknown;
  baseResponse: unknown;
}

/** Goes through the fields that there are, because looking for every one that there might be takes several times as long. */
function fieldsOf(part: unknown): CompletionFields {
  const fields: CompletionFields = {
    model: undefined,
    modelId: undefined,
    id: undefined,
    serviceTier: undefined,
    usage: undefined,
    choices: undefined,
    error: undefined,
    groq: undefined,
    baseResponse: undefined,
  };
  if (typeof part !== 'object' || part === null) return fields;
  for (const name in part) {
    switch (name) {
      case 'model':
        fields.model = textField(part, name);
        break;
      case 'model_id':
        fields.modelId = textField(part, name);
        break;
      case 'id':
        fields.id = textField(part, name);
        break;
      case 'service_tier':
        fields.serviceTier = serviceTierIn(part);
        break;
      case 'usage':
        fields.usage = field(part, name);
        break;
      case 'choices':
        fields.choices = field(part, name);
        break;
      case 'error':
        fields.error = field(part, name);
        break;
      case 'x_groq':
        fields.groq = field(part, name);
        break;
      case 'base_resp':
        fields.baseResponse = field(part, name);
    }
  }
  return fields;
}

/** Reads what a choice says, and gives what it states beside that. */
function readChoice(stated: unknown, choice: ChoiceDraft): { readonly error: unknown; readonly usage: unknown } {
  let reason: unknown;
  let message: unknown;
  let delta: unknown;
  let error: unknown;
  let usage: unknown;
  if (typeof stated !== 'object' || stated === null) return { error, usage };
  for (const name in stated) {
    switch (name) {
      case 'finish_reason':
      case 'finishReason':
        reason ??= field(stated, name);
        break;
      case 'text':
        say(choice, field(stated, name));
        break;
      case 'message':
        message = field(stated, name);
        break;
      case 'delta':
        delta = field(stated, name);
        break;
      case 'error':
        error = field(stated, name);
        break;
      case 'usage':
        usage = field(stated, name);
    }
  }
  finish(choice, reason, CHAT_FINISHES);
  if (choice.finishReason === 'refusal') choice.hasRefusal = true;
  readContent(message ?? delta, choice);
  return { error, usage };
}

/** MiniMax states the status of a call beside the answer, which is empty after a failure. */
function refusedCall(base: unknown): StatedFailure | undefined {
  const code = field(base, 'status_code');
  if (typeof code !== 'number' || code === 0) return undefined;
  return { code: String(code), message: textField(base, 'status_msg'), status: undefined, error: base };
}

/** Models that search the web for every answer, for a fee that answers do not state. */
function isSearch(model: string | undefined): boolean {
  return model !== undefined && (model.includes('-search-preview') || model.includes('-search-api'));
}
