import { field, listOf } from '../../fields.ts';
import { AnswerDraft } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import type { StreamReader } from '../dialect.ts';
import { statedFailure } from '../stated-failure.ts';
import { GeminiCounts } from './counts.ts';
import { isEmbedding, readEmbedding } from './embedding.ts';
import { endsTurn, isLiveAnswer, isLiveMessage, LIVE_MEMBERS, readLiveMessage } from './live.ts';
import { either } from './parts.ts';
import { isResponse, readResponse } from './response.ts';
import { countedUsage, groundingCalls, usageMetadataOf } from './usage.ts';

/** Members that every value has at least one of for which `isGeminiChunk` returns true. */
export const GEMINI_CHUNK_MEMBERS: readonly string[] = [
  'candidates',
  'sdkHttpResponse',
  'promptFeedback',
  'prompt_feedback',
  'usageMetadata',
  'usage_metadata',
  ...LIVE_MEMBERS,
];

/** Whether a value is a response, a chunk of one, or a message of the Live API. */
export function isGeminiChunk(value: unknown): boolean {
  return isResponse(value) || usageMetadataOf(value) !== undefined || isLiveMessage(value);
}

/** Chunks that state the usage alone, and the set-up of a Live session, bring no answer forward. */
export function isGeminiProgress(chunk: unknown): boolean {
  return isResponse(chunk) || isLiveAnswer(chunk) || endsTurn(chunk);
}

/** Reads a response, whole or by its chunks, which have the same shape. */
export class GeminiReader implements StreamReader {
  readonly #draft = new AnswerDraft('gemini');
  readonly #calls: Record<string, number> = {};
  #counts: GeminiCounts | undefined;
  #hasTurned = false;
  /** Whether a session of the Live API went on with a second turn, which counts from 0 again. */
  #hasSeveralTurns = false;

  add(chunk: unknown): void {
    const draft = this.#draft;
    const usage = usageMetadataOf(chunk);
    if (usage !== undefined) this.#counts = (this.#counts ?? new GeminiCounts()).add(usage);
    const candidates = field(chunk, 'candidates');
    if (candidates === undefined && isLiveMessage(chunk)) this.#addMessage(chunk);
    else if (candidates === undefined && isEmbedding(chunk)) readEmbedding(draft, chunk);
    else readResponse(draft, chunk);
    for (const candidate of listOf(candidates)) this.#addCalls(candidate);
    draft.failure ??= statedFailure(chunk);
  }

  reading(): AnswerReading {
    const draft = this.#draft;
    if (draft.hasChoices) draft.choice(0); // a response without candidates has not finished
    if (this.#hasSeveralTurns) draft.usage = undefined;
    else if (this.#counts !== undefined) draft.usage = this.#billed(this.#counts);
    return draft.close();
  }

  #billed(counts: GeminiCounts): AnswerReading['usage'] {
    const usage = countedUsage(counts);
    return usage && Object.keys(this.#calls).length > 0 ? { ...usage, toolCalls: { ...this.#calls } } : usage;
  }

  #addMessage(message: unknown): void {
    this.#hasSeveralTurns ||= this.#hasTurned && isLiveAnswer(message);
    this.#hasTurned ||= endsTurn(message);
    readLiveMessage(this.#draft, message);
    this.#addCalls(field(message, 'serverContent'));
  }

  #addCalls(grounded: unknown): void {
    const calls = groundingCalls(either(grounded, 'groundingMetadata', 'grounding_metadata'));
    for (const [tool, count] of Object.entries(calls ?? {})) {
      this.#calls[tool] = Math.max(this.#calls[tool] ?? 0, count);
    }
  }
}
