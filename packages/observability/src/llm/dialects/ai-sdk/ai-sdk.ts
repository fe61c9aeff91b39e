import { field } from '../../fields.ts';
import type { Dialect } from '../dialect.ts';
import { isResult, readResult } from './answer.ts';
import { assembleParts, partsOfAnswer } from './assembly.ts';
import { aiSdkRequest } from './request.ts';
import { aiSdkReader, isPart, isProgress } from './stream.ts';

/**
 * The AI SDK: calls of its language and embedding models, and the results of `generateText`, `streamText`, `generateObject`,
 * `embed` and their like, as plain data and as the live instances.
 *
 * @see https://ai-sdk.dev/docs/reference/ai-sdk-core
 */
export const AI_SDK: Dialect = {
  name: 'ai_sdk',
  request: aiSdkRequest,
  answer: {
    is: isResult,
    members: ['finishReason', 'steps', 'embedding', 'embeddings'],
    read: readResult,
    chunks: partsOfAnswer,
  },
  stream: {
    isChunk: isPart,
    members: ['type', 'part'],
    reader: aiSdkReader,
    assemble: assembleParts,
    isProgress,
    isPreamble: (value) => field(value, 'type') === 'start',
  },
  dates: [['response', 'timestamp'], ['timestamp']], // of results, and of the part `response-metadata`
};
