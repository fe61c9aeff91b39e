import type { Dialect } from '../dialect.ts';
import { exactChunks } from '../exact-chunks.ts';
import { exactly } from '../gathering.ts';
import { isGeminiAnswer, readGeminiAnswer } from './answer.ts';
import { assembleGemini, chunksOfGemini } from './assembly.ts';
import { nameOfInstance } from './instances.ts';
import { geminiRequest } from './request.ts';
import { GEMINI_CHUNK_MEMBERS, GeminiReader, isGeminiChunk, isGeminiProgress } from './stream.ts';

/** Gemini's `generateContent` through its client, its REST API and Vertex, its Live API, its batches and its embeddings. */
export const GEMINI: Dialect = {
  name: 'gemini',
  request: geminiRequest,
  answer: {
    is: isGeminiAnswer,
    members: [...GEMINI_CHUNK_MEMBERS, 'embedding', 'embeddings', 'predictions', 'response'],
    read: readGeminiAnswer,
    chunks: (value) => exactChunks({ take: chunksOfGemini, assemble: assembleGemini }, value, true),
    streamShape: 'iterable',
  },
  stream: {
    isChunk: isGeminiChunk,
    members: GEMINI_CHUNK_MEMBERS,
    reader: () => new GeminiReader(),
    assemble: (chunks) => exactly(() => assembleGemini(chunks)),
    isProgress: isGeminiProgress,
  },
  bytes: { streamFraming: 'server_sent_events' },
  instances: { nameOf: nameOfInstance },
};
