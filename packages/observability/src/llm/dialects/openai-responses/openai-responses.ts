import { conversionsOf } from '../conversions.ts';
import type { Dialect } from '../dialect.ts';
import { isProgress, isResponse, isResponseEvent, readResponse, responseReader } from './answer.ts';
import { assembleResponse, eventsOfResponse } from './assembly.ts';
import { responsesRequest } from './request.ts';

const { chunks, assemble } = conversionsOf({ take: eventsOfResponse, assemble: assembleResponse });

/** Items count for what the tools of the provider cost. */
const MARKS = /"(?:response|item|error|object)":\s*\{|"error"|refusal/;

/**
 * The Responses API of OpenAI, and what its Realtime API says of a response.
 *
 * @see https://platform.openai.com/docs/api-reference/responses
 */
export const OPENAI_RESPONSES: Dialect = {
  name: 'openai_responses',
  request: responsesRequest,
  answer: { is: isResponse, members: ['object'], read: readResponse, chunks },
  stream: { isChunk: isResponseEvent, members: ['type'], reader: responseReader, assemble, isProgress },
  bytes: { streamFraming: 'server_sent_events', marks: MARKS },
};
