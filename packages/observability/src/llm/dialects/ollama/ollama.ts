import type { Dialect } from '../dialect.ts';
import { isAnswer, isChunk, ollamaReader, readOllama } from './answer.ts';
import { assembleOllama, chunksOfOllama } from './assembly.ts';
import { ollamaRequest } from './request.ts';

/**
 * Ollama's own API: chat, generate and embed.
 *
 * @see https://docs.ollama.com/api
 */
export const OLLAMA: Dialect = {
  name: 'ollama',
  request: ollamaRequest,
  answer: {
    is: isAnswer,
    members: ['done', 'embeddings'],
    read: readOllama,
    chunks: chunksOfOllama,
    streamShape: 'iterable',
  },
  stream: { isChunk, members: ['done'], reader: ollamaReader, assemble: assembleOllama },
  bytes: { streamFraming: 'json_lines' },
};
