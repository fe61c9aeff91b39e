import type { Dialect } from '../dialect.ts';
import {
  InteractionReader,
  isInteraction,
  isInteractionEvent,
  isInteractionProgress,
  readInteraction,
} from './answer.ts';
import { interactionRequest } from './request.ts';

/** The Interactions API of Gemini, in both versions of its answers. @see https://ai.google.dev/api/interactions-api */
export const GEMINI_INTERACTIONS: Dialect = {
  name: 'gemini_interactions',
  request: interactionRequest,
  answer: { is: isInteraction, members: ['status'], read: readInteraction },
  stream: {
    isChunk: isInteractionEvent,
    members: ['event_type'],
    reader: () => new InteractionReader(),
    isProgress: isInteractionProgress,
  },
  bytes: { streamFraming: 'server_sent_events' },
};
