import { conversionsOf } from '../conversions.ts';
import type { Dialect } from '../dialect.ts';
import {
  CONVERSE_EVENTS,
  converseReader,
  isConverseAnswer,
  isConverseEvent,
  isConverseProgress,
  readConverseAnswer,
} from './answer.ts';
import { assembleConverse, eventsOfConverse } from './assembly.ts';
import { converseRequest } from './request.ts';

const { chunks, assemble } = conversionsOf({ take: eventsOfConverse, assemble: assembleConverse });

/** Bedrock's Converse and ConverseStream, and the answers of Amazon's own models that have the same shape. */
export const BEDROCK_CONVERSE: Dialect = {
  name: 'bedrock_converse',
  request: converseRequest,
  answer: {
    is: isConverseAnswer,
    members: ['stopReason', '$metadata'],
    read: readConverseAnswer,
    chunks,
    streamShape: 'iterable',
  },
  stream: {
    isChunk: isConverseEvent,
    members: [...CONVERSE_EVENTS, 'metadata'],
    reader: converseReader,
    assemble,
    isProgress: isConverseProgress,
  },
  bytes: { streamFraming: 'aws_event_stream' },
};
