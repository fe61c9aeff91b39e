import { field } from '../../fields.ts';
import type { Dialect } from '../dialect.ts';
import { exactChunks } from '../exact-chunks.ts';
import { exactly } from '../gathering.ts';
import { isMessageAnswer, readMessageAnswer } from './answer.ts';
import { assembleMessage, eventsOfMessage } from './assembly.ts';
import { messagesRequest } from './request.ts';
import { isMessageEvent, isMessageProgress, MessageStreamReader } from './stream.ts';

/** The Messages API of Anthropic, also where Bedrock and Vertex serve it, and the results of its Batches. */
export const ANTHROPIC: Dialect = {
  name: 'anthropic',
  request: messagesRequest,
  answer: {
    is: isMessageAnswer,
    members: ['type', 'custom_id'],
    read: readMessageAnswer,
    chunks: (value) => exactChunks({ take: eventsOfMessage, assemble: assembleMessage }, value, true),
  },
  stream: {
    isChunk: isMessageEvent,
    members: ['type'],
    reader: () => new MessageStreamReader(),
    assemble: (events) => exactly(() => assembleMessage(events)),
    isProgress: isMessageProgress,
    isPreamble: (value) => field(value, 'type') === 'ping',
  },
  bytes: { streamFraming: 'server_sent_events', marks: /message_(?:start|delta|stop)|"error"/ },
};
