import { field, isObject, listOf, textField } from '../../fields.ts';
import { draftReader } from '../answer-draft.ts';
import { exceptionIn } from '../aws-exception.ts';
import type { StreamReader } from '../dialect.ts';
import { risen } from '../rising-counts.ts';
import { statedFailure } from '../stated-failure.ts';
import { readBlock, readHead, readStop } from './answer.ts';
import { messageUsage } from './usage.ts';

const EVENTS: ReadonlySet<unknown> = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
]);

export function isMessageEvent(event: unknown): boolean {
  return EVENTS.has(field(event, 'type'));
}

/** A ping keeps a connection open, and the start of a message is sent before the model says anything. */
export function isMessageProgress(event: unknown): boolean {
  const type = field(event, 'type');
  return type !== 'ping' && type !== 'message_start';
}

/** Reads the events of one message. @see https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export const messageReader: () => StreamReader = draftReader('anthropic', (draft) => {
  let usage: unknown;
  let stopReason: unknown;
  let hasFinalUsage = false;
  let hasStopped = false;
  /** Whether a second message began in mid-stream. What was billed for the first is not known then. */
  let isMixed = false;
  const start = (message: unknown): void => {
    isMixed ||= draft.id !== undefined && textField(message, 'id') !== draft.id;
    readHead(draft, message);
    for (const block of listOf(field(message, 'content'))) readBlock(draft.choice(0), block);
    usage = risen(usage, field(message, 'usage'));
  };
  const addDelta = (event: unknown): void => {
    const delta = field(event, 'delta');
    readHead(draft, delta);
    stopReason = field(delta, 'stop_reason') ?? stopReason;
    const told = field(event, 'usage');
    hasFinalUsage ||= isObject(told);
    if (isObject(told)) usage = risen(usage, told);
  };
  return {
    add(event) {
      switch (field(event, 'type')) {
        case 'message_start':
          start(field(event, 'message'));
          break;
        case 'content_block_start':
          readBlock(draft.choice(0), field(event, 'content_block'));
          break;
        case 'content_block_delta':
          readBlock(draft.choice(0), field(event, 'delta'));
          break;
        case 'message_delta':
          addDelta(event);
          break;
        case 'message_stop':
          hasStopped = true;
          break;
        case 'content_block_stop':
        case 'ping':
          break;
        default:
          draft.failure ??= statedFailure(event) ?? exceptionIn(event);
      }
    },
    end() {
      const choice = draft.choice(0);
      if (hasStopped) readStop(choice, stopReason);
      else choice.finishReason = typeof stopReason === 'string' ? stopReason.toLowerCase() : undefined;
      draft.usage = hasFinalUsage && !isMixed ? messageUsage(usage) : undefined;
      if (isMixed) Object.assign(draft, { id: undefined, model: undefined });
    },
  };
});
