import { field, listOf, textField } from '../../fields.ts';
import { AnswerDraft } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
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
export class MessageStreamReader implements StreamReader {
  readonly #draft = new AnswerDraft('anthropic');
  #usage: unknown;
  #stopReason: unknown;
  #hasFinalUsage = false;
  #hasStopped = false;
  /** Whether a second message began in mid-stream. What was billed for the first is not known then. */
  #isMixed = false;

  add(event: unknown): void {
    switch (field(event, 'type')) {
      case 'message_start':
        this.#start(field(event, 'message'));
        return;
      case 'content_block_start':
        readBlock(this.#draft.choice(0), field(event, 'content_block'));
        return;
      case 'content_block_delta':
        readBlock(this.#draft.choice(0), field(event, 'delta'));
        return;
      case 'message_delta':
        this.#addDelta(event);
        return;
      case 'message_stop':
        this.#hasStopped = true;
        return;
      case 'content_block_stop':
      case 'ping':
        return;
      default:
        this.#draft.failure ??= statedFailure(event) ?? exceptionIn(event);
    }
  }

  reading(): AnswerReading {
    const draft = this.#draft;
    const choice = draft.choice(0);
    if (this.#hasStopped) readStop(choice, this.#stopReason);
    else choice.finishReason = typeof this.#stopReason === 'string' ? this.#stopReason.toLowerCase() : undefined;
    draft.usage = this.#hasFinalUsage && !this.#isMixed ? messageUsage(this.#usage) : undefined;
    const reading = draft.close();
    return this.#isMixed ? { ...reading, id: undefined, model: undefined } : reading;
  }

  #start(message: unknown): void {
    const { id } = this.#draft;
    if (id !== undefined && textField(message, 'id') !== id) this.#isMixed = true;
    readHead(this.#draft, message);
    for (const block of listOf(field(message, 'content'))) readBlock(this.#draft.choice(0), block);
    this.#usage = risen(this.#usage, field(message, 'usage'));
  }

  #addDelta(event: unknown): void {
    const delta = field(event, 'delta');
    readHead(this.#draft, delta);
    this.#stopReason = field(delta, 'stop_reason') ?? this.#stopReason;
    const usage = field(event, 'usage');
    if (typeof usage !== 'object' || usage === null) return;
    this.#usage = risen(this.#usage, usage);
    this.#hasFinalUsage = true;
  }
}
