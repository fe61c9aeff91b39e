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
import { geminiHttp } from './http.ts';
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
  http: geminiHttp,
  bytes: { streamFraming: 'server_sent_events' },
  instances: { nameOf: nameOfInstance },
};

/**
 * Responses of the client are instances of a class whose getters read the data of the instance and keep nothing of their own. The
 * class is known by its getters, because bundlers rename it.
 */
const GETTERS = ['text', 'functionCalls', 'executableCode', 'codeExecutionResult'] as const;

/** The name of the class of a response as the client gives it; undefined for plain data. */
function nameOfInstance(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) return undefined;
  const isOfClient = GETTERS.every((name) => Object.getOwnPropertyDescriptor(prototype, name)?.get !== undefined);
  return isOfClient && Object.getPrototypeOf(prototype) === Object.prototype ? 'generate_content_response' : undefined;
}
