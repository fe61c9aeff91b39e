import { field, listOf } from '../../fields.ts';
import { draftReader } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import { risen } from '../counts.ts';
import type { StreamReader } from '../dialect.ts';
import { eitherField } from '../spelling.ts';
import { statedFailure } from '../stated-failure.ts';
import { endsTurn, isLiveAnswer, isLiveMessage, LIVE_MEMBERS, readLiveMessage } from './live.ts';
import { isEmbedding, isResponse, readEmbedding, readResponse } from './response.ts';
import { countedUsage, GeminiCounts, groundingCalls, usageMetadataOf } from './usage.ts';

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
export const geminiReader: () => StreamReader = draftReader('gemini', (draft) => {
  let calls: Readonly<Record<string, number>> | undefined;
  let counts: GeminiCounts | undefined;
  let hasTurned = false;
  /** Whether a session of the Live API went on with a second turn, which counts from 0 again. */
  let hasSeveralTurns = false;
  const addCalls = (grounded: unknown): void => {
    calls = risen(calls, groundingCalls(eitherField(grounded, 'groundingMetadata')));
  };
  return {
    add(chunk) {
      const usage = usageMetadataOf(chunk);
      if (usage !== undefined) counts = (counts ?? new GeminiCounts()).add(usage);
      const candidates = field(chunk, 'candidates');
      if (candidates === undefined && isLiveMessage(chunk)) {
        hasSeveralTurns ||= hasTurned && isLiveAnswer(chunk);
        hasTurned ||= endsTurn(chunk);
        readLiveMessage(draft, chunk);
        addCalls(field(chunk, 'serverContent'));
      } else if (candidates === undefined && isEmbedding(chunk)) readEmbedding(draft, chunk);
      else readResponse(draft, chunk);
      for (const candidate of listOf(candidates)) addCalls(candidate);
      draft.failure ??= statedFailure(chunk);
    },
    end() {
      if (draft.hasChoices) draft.choice(0); // a response without candidates has not finished
      if (hasSeveralTurns) draft.usage = undefined;
      else if (counts !== undefined) draft.usage = countedUsage(counts, calls);
    },
  };
});

/** Whether a value is a response, alone or as clients wrap it, a message of the Live API, embeddings, or a line of a batch's results. */
export function isGeminiAnswer(value: unknown): boolean {
  return isGeminiChunk(value) || isEmbedding(value) || isWrapped(value);
}

export function readGeminiAnswer(value: unknown): AnswerReading {
  const isOfBatch = isBatchLine(value);
  const reader = geminiReader();
  reader.add(isWrapped(value) ? field(value, 'response') : value);
  const reading = reader.reading();
  return isOfBatch && reading.usage ? { ...reading, usage: { ...reading.usage, serviceTier: 'batch' } } : reading;
}

/** A line holds the response beside a key or its request; the older clients of Google and Vertex give an answer that holds it alone. */
function isBatchLine(value: unknown): boolean {
  return isWrapped(value) && Object.keys(value as object).length > 1;
}

function isWrapped(value: unknown): boolean {
  return !isGeminiChunk(value) && isResponse(field(value, 'response'));
}
