import { conversionsOf } from '../conversions.ts';
import type { Dialect } from '../dialect.ts';
import {
  GEMINI_CHUNK_MEMBERS,
  geminiReader,
  isGeminiAnswer,
  isGeminiChunk,
  isGeminiProgress,
  readGeminiAnswer,
} from './answer.ts';
import { assembleGemini, chunksOfGemini } from './assembly.ts';
import { nameOfInstance } from './instances.ts';
import { geminiRequest } from './request.ts';

const { chunks, assemble } = conversionsOf({ take: chunksOfGemini, assemble: assembleGemini });

/** Gemini's `generateContent` through its client, its REST API and Vertex, its Live API, its batches and its embeddings. */
export const GEMINI: Dialect = {
  name: 'gemini',
  request: geminiRequest,
  answer: {
    is: isGeminiAnswer,
    members: [...GEMINI_CHUNK_MEMBERS, 'embedding', 'embeddings', 'predictions', 'response'],
    read: readGeminiAnswer,
    chunks,
    streamShape: 'iterable',
  },
  stream: {
    isChunk: isGeminiChunk,
    members: GEMINI_CHUNK_MEMBERS,
    reader: geminiReader,
    assemble,
    isProgress: isGeminiProgress,
  },
  bytes: { streamFraming: 'server_sent_events' },
  instances: { nameOf: nameOfInstance },
};
