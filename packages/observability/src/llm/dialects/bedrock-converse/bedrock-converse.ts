import type { Dialect } from '../dialect.ts';
import { exactChunks } from '../exact-chunks.ts';
import { exactly, objectOf, without } from '../gathering.ts';
import { isConverseAnswer, readConverseAnswer } from './answer.ts';
import { assembleConverse, eventsOfConverse } from './assembly.ts';
import { converseRequest } from './request.ts';
import { CONVERSE_EVENTS, ConverseStreamReader, isConverseEvent, isConverseProgress } from './stream.ts';

/** Bedrock's Converse and ConverseStream, and the answers of Amazon's own models that have the same shape. */
export const BEDROCK_CONVERSE: Dialect = {
  name: 'bedrock_converse',
  request: converseRequest,
  answer: {
    is: isConverseAnswer,
    members: ['stopReason', '$metadata'],
    read: readConverseAnswer,
    // What the client adds about the transport is not part of an answer.
    chunks: (value) =>
      exactly(() =>
        exactChunks(
          { take: eventsOfConverse, assemble: assembleConverse },
          without(objectOf(value), '$metadata'),
          true,
        ),
      ),
    streamShape: 'iterable',
  },
  stream: {
    isChunk: isConverseEvent,
    members: [...CONVERSE_EVENTS, 'metadata'],
    reader: () => new ConverseStreamReader(),
    assemble: (events) => exactly(() => assembleConverse(events)),
    isProgress: isConverseProgress,
  },
  bytes: { streamFraming: 'aws_event_stream' },
};
