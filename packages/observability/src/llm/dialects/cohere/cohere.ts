import { conversionsOf } from '../conversions.ts';
import type { Dialect } from '../dialect.ts';
import { cohereReader, isCohereAnswer, isCohereChunk, isCohereProgress, readCohere } from './answer.ts';
import { assembleCohere, eventsOfCohere } from './assembly.ts';
import { cohereRequest } from './request.ts';

const { chunks, assemble } = conversionsOf({ take: eventsOfCohere, assemble: assembleCohere });

/**
 * Cohere's own API: chat in both versions, and embeddings; as the API sends them (snake_case) and as its client gives them (camelCase).
 *
 * @see https://docs.cohere.com/reference/chat
 */
export const COHERE: Dialect = {
  name: 'cohere',
  request: cohereRequest,
  answer: {
    is: isCohereAnswer,
    members: ['finish_reason', 'finishReason', 'generation_id', 'generationId', 'meta', 'ok'],
    read: readCohere,
    chunks,
    streamShape: 'iterable',
  },
  stream: {
    isChunk: isCohereChunk,
    members: ['type', 'event_type', 'eventType'],
    reader: cohereReader,
    assemble,
    isProgress: isCohereProgress,
  },
  bytes: { streamFraming: 'server_sent_events' },
};
