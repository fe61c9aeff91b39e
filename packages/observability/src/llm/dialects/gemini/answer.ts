import { field } from '../../fields.ts';
import type { AnswerReading } from '../answer-reading.ts';
import { isEmbedding } from './embedding.ts';
import { isResponse } from './response.ts';
import { GeminiReader, isGeminiChunk } from './stream.ts';

/** A response, a message of the Live API, embeddings, or a line of a batch's results. */
export function isGeminiAnswer(value: unknown): boolean {
  return isGeminiChunk(value) || isEmbedding(value) || isBatchLine(value);
}

export function readGeminiAnswer(value: unknown): AnswerReading {
  const isOfBatch = isBatchLine(value);
  const reader = new GeminiReader();
  reader.add(isOfBatch ? field(value, 'response') : value);
  const reading = reader.reading();
  return isOfBatch && reading.usage ? { ...reading, usage: { ...reading.usage, serviceTier: 'batch' } } : reading;
}

/** A line holds the response beside a key or its request. */
function isBatchLine(value: unknown): boolean {
  return !isGeminiChunk(value) && isResponse(field(value, 'response'));
}
