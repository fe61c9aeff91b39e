import { field, listOf, textField } from '../../fields.ts';
import { AnswerDraft, type ChoiceDraft, finish, say } from '../answer-draft.ts';
import type { AnswerReading, StatedFailure } from '../answer-reading.ts';
import type { StreamReader } from '../dialect.ts';
import { serviceTierIn } from '../openai-usage/service-tier.ts';
import { StatedUsage } from '../openai-usage/usage.ts';
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
export function readCompletion(value: unknown): AnswerReading {
  const reader = completionReader();
  reader.add(value);
  return reader.reading();
}

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
  const readUsage = (stated: unknown, part: unknown): void => {
    if (typeof stated !== 'object' || stated === null) return;
    const id = textField(part, 'id');
    isOneAnswer &&= (id ?? usageId) === (usageId ?? id);
    usageId ??= id;
    usageModel = textField(part, 'model') ?? usageModel;
    usage.add(stated);
  };
  const readChoices = (choices: readonly unknown[], part: unknown): void => {
    const isWhole = field(choices[0], 'message') !== undefined;
    if (isWhole) wholes += 1;
    for (let position = 0; position < choices.length; position += 1) {
      const stated = choices[position];
      const index = isWhole ? `${wholes}:${position}` : (field(stated, 'index') ?? position);
      readChoice(stated, draft.choice(index));
      if (field(stated, 'error') !== undefined) draft.failure ??= statedFailure(stated); // OpenRouter
      readUsage(field(stated, 'usage'), part); // Moonshot
    }
  };
  const add = (stated: unknown): void => {
    const part = chunkOf(stated);
    draft.model ??= textField(part, 'model') ?? textField(part, 'model_id');
    draft.id ??= textField(part, 'id');
    serviceTier = serviceTierIn(part) ?? serviceTier;
    const groq = field(part, 'x_groq');
    readUsage(field(part, 'usage') ?? field(groq, 'usage'), part);
    const choices = field(part, 'choices');
    if (Array.isArray(choices)) readChoices(choices, part);
    if (!Array.isArray(choices) || field(part, 'error') !== undefined) draft.failure ??= statedFailure(part);
    draft.failure ??= statedFailure(groq) ?? refusedCall(field(part, 'base_resp'));
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

function readChoice(stated: unknown, choice: ChoiceDraft): void {
  finish(choice, field(stated, 'finish_reason') ?? field(stated, 'finishReason'), CHAT_FINISHES);
  if (choice.finishReason === 'refusal') choice.hasRefusal = true;
  say(choice, field(stated, 'text'));
  readContent(field(stated, 'message') ?? field(stated, 'delta'), choice);
}

/** MiniMax states the status of a call beside the answer, which is empty after a failure. */
function refusedCall(base: unknown): StatedFailure | undefined {
  const code = field(base, 'status_code');
  if (typeof code !== 'number' || code === 0) return undefined;
  return { code: String(code), message: textField(base, 'status_msg'), status: undefined, error: base };
}

/** Models that search the web for every answer, for a fee that answers do not state. */
function isSearch(model: string | undefined): boolean {
  return model !== undefined && /-search-(preview|api)/.test(model);
}
