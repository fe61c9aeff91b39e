import { field, fieldAt, isGiven, isObject, listOf, textField } from '../../fields.ts';
import { AnswerDraft, type ChoiceDraft, finish, say, wholeBy } from '../answer-draft.ts';
import type { AnswerReading, StatedFailure } from '../answer-reading.ts';
import type { StreamReader } from '../dialect.ts';
import { StatedUsage, serviceTierIn } from '../openai-usage/usage.ts';
import { failedWith, statedFailure } from '../stated-failure.ts';
import { readContent } from './content.ts';

/** Whether a value is a chat completion or a text completion. Chunks of a text completion look like whole ones. */
export function isCompletion(value: unknown): boolean {
  const object = field(value, 'object');
  if (object === 'chat.completion' || object === 'text_completion' || refusedCall(field(value, 'base_resp')))
    return true;
  return object !== 'chat.completion.chunk' && listOf(field(value, 'choices')).some(isWholeChoice);
}

/** Whether a value is a chunk of a stream of either. */
export function isCompletionChunk(value: unknown): boolean {
  const chunk = chunkOf(value);
  const object = chunk === value ? field(value, 'object') : undefined;
  if (object === 'chat.completion.chunk' || object === 'text_completion') return true;
  return object !== 'chat.completion' && listOf(field(chunk, 'choices')).some(isDelta);
}

/** Chunks of Perplexity have the whole message so far beside the delta. */
function isDelta(choice: unknown): boolean {
  return isObject(field(choice, 'delta'));
}

function isWholeChoice(choice: unknown): boolean {
  return (field(choice, 'message') ?? null) !== null || typeof field(choice, 'text') === 'string';
}

/** The client of Mistral gives each chunk as the data of an event. */
function chunkOf(value: unknown): unknown {
  const data = field(value, 'data');
  return isObject(data) && field(value, 'object') === undefined ? data : value;
}

/**
 * Reads the chunks of a stream, and whole completions, each with its own choices. It goes through the fields that there are, because looking
 * for every one that there might be takes longer.
 */
export class CompletionReader implements StreamReader {
  readonly #draft = new AnswerDraft('openai_chat');
  readonly #usage = new StatedUsage();
  #serviceTier: string | undefined;
  #wholes = 0;
  /** Several answers, or the chunks of several streams, have no usage in common. */
  #isOneAnswer = true;
  #usageId: string | undefined;
  /** A gateway that falls back in mid-stream names another model from then on. */
  #usageModel: string | undefined;

  add(stated: unknown): void {
    const part = chunkOf(stated);
    if (!isObject(part)) return;
    const choices = field(part, 'choices');
    if (Array.isArray(choices)) this.#readChoices(choices, part);
    else this.#draft.failure ??= statedFailure(part);
    for (const name in part) this.#readField(part, name);
  }

  reading(): AnswerReading {
    const draft = this.#draft;
    draft.model = this.#usageModel ?? draft.model;
    const about = { model: draft.model, serviceTier: this.#serviceTier, hasUnlistedParts: isSearch(draft.model) };
    draft.usage = this.#isOneAnswer && this.#wholes <= 1 ? this.#usage.usage(about) : undefined;
    return draft.close();
  }

  #readField(part: object, name: string): void {
    const draft = this.#draft;
    switch (name) {
      case 'model':
        draft.model ??= textField(part, name);
        break;
      case 'model_id': // IBM
        draft.model ??= textField(part, 'model') ?? textField(part, name);
        break;
      case 'id':
        draft.id ??= textField(part, name);
        break;
      case 'service_tier':
        this.#serviceTier = serviceTierIn(part) ?? this.#serviceTier;
        break;
      case 'usage':
        this.#addUsage(field(part, name), part);
        break;
      case 'error':
        draft.failure ??= statedFailure(part);
        break;
      case 'x_groq':
        if (!isGiven(field(part, 'usage'))) this.#addUsage(fieldAt(part, name, 'usage'), part);
        draft.failure ??= statedFailure(field(part, name));
        break;
      case 'base_resp':
        draft.failure ??= refusedCall(field(part, name));
    }
  }

  #readChoices(choices: readonly unknown[], part: object): void {
    const [first] = choices;
    const isWhole = isObject(first) && 'message' in first && field(first, 'message') !== undefined && !isDelta(first);
    if (isWhole) this.#wholes += 1;
    for (let position = 0; position < choices.length; position += 1) {
      const stated = choices[position];
      const index = isWhole ? `${this.#wholes}:${position}` : (field(stated, 'index') ?? position);
      this.#readChoice(stated, this.#draft.choice(index), part);
    }
  }

  #readChoice(stated: unknown, choice: ChoiceDraft, part: object): void {
    if (!isObject(stated)) return;
    for (const name in stated) {
      switch (name) {
        case 'finish_reason':
        case 'finishReason':
          finish(choice, field(stated, name));
          if (choice.finishReason === 'refusal') choice.hasRefusal = true;
          break;
        case 'text':
          say(choice, field(stated, name));
          break;
        case 'message':
          if (!isDelta(stated)) readContent(field(stated, name), choice);
          break;
        case 'delta':
          readContent(field(stated, name), choice);
          break;
        case 'error': // OpenRouter
          this.#draft.failure ??= statedFailure(stated);
          break;
        case 'usage': // Moonshot
          this.#addUsage(field(stated, name), part);
      }
    }
  }

  #addUsage(stated: unknown, part: object): void {
    if (!isObject(stated)) return;
    const id = textField(part, 'id');
    this.#isOneAnswer &&= (id ?? this.#usageId) === (this.#usageId ?? id);
    this.#usageId ??= id;
    this.#usageModel = textField(part, 'model') ?? this.#usageModel;
    this.#usage.add(stated);
  }
}

/** Reads a whole completion. */
export const readCompletion: (value: unknown) => AnswerReading = wholeBy(() => new CompletionReader());

/** MiniMax states the status of a call beside the answer, which is empty after a failure. */
function refusedCall(base: unknown): StatedFailure | undefined {
  const code = field(base, 'status_code');
  if (typeof code !== 'number' || code === 0) return undefined;
  return failedWith(base, { code: REFUSALS[code] ?? String(code), message: textField(base, 'status_msg') });
}

/** @see https://platform.minimax.io/docs/api-reference/errorcode */
const REFUSALS: Readonly<Record<number, string>> = {
  1001: 'timeout',
  1002: 'rate_limit',
  1004: 'authentication_error',
  1008: 'insufficient_balance',
  1013: 'server_error',
  1024: 'server_error',
  1026: 'content_filter',
  1027: 'content_filter',
  1033: 'server_error',
  1039: 'rate_limit',
  1041: 'rate_limit',
  2013: 'invalid_request',
  2049: 'invalid_api_key',
  2056: 'quota_exceeded',
};

/** Models that search the web for every answer, for a fee that answers do not state. */
function isSearch(model: string | undefined): boolean {
  return model !== undefined && (model.includes('-search-preview') || model.includes('-search-api'));
}
