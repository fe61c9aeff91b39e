import { field } from '../../fields.ts';
import { conversionsOf } from '../conversions.ts';
import type { Dialect } from '../dialect.ts';
import { isMessageAnswer, isMessageEvent, isMessageProgress, messageReader, readMessageAnswer } from './answer.ts';
import { assembleMessage, eventsOfMessage } from './assembly.ts';
import { messagesRequest } from './request.ts';

const { chunks, assemble } = conversionsOf({ take: eventsOfMessage, assemble: assembleMessage });

/** The Messages API of Anthropic, also where Bedrock and Vertex serve it, and the results of its Batches. */
export const ANTHROPIC: Dialect = {
  name: 'anthropic',
  request: messagesRequest,
  answer: { is: isMessageAnswer, members: ['type', 'custom_id'], read: readMessageAnswer, chunks },
  stream: {
    isChunk: isMessageEvent,
    members: ['type'],
    reader: messageReader,
    assemble,
    isProgress: isMessageProgress,
    isPreamble: (value) => field(value, 'type') === 'ping',
  },
  bytes: { streamFraming: 'server_sent_events', marks: /message_(?:start|delta|stop)|"error"/ },
};
