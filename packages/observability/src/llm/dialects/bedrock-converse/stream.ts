import { field } from '../../fields.ts';
import { AnswerDraft } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import { exceptionIn } from '../aws-exception.ts';
import type { StreamReader } from '../dialect.ts';
import { risen } from '../rising-counts.ts';
import { statedFailure } from '../stated-failure.ts';
import { readBlock, readStop, readTrace } from './answer.ts';
import { converseUsage } from './usage.ts';

export const CONVERSE_EVENTS = [
  'contentBlockDelta',
  'contentBlockStart',
  'contentBlockStop',
  'messageStart',
  'messageStop',
] as const;

export function isConverseEvent(event: unknown): boolean {
  return CONVERSE_EVENTS.some((name) => typeof field(event, name) === 'object') || isMetadata(event);
}

function isMetadata(event: unknown): boolean {
  return typeof field(field(field(event, 'metadata'), 'usage'), 'inputTokens') === 'number';
}

/** The start of a message is sent before the model says anything, and its metadata when it has said everything. */
export function isConverseProgress(event: unknown): boolean {
  return field(event, 'messageStart') === undefined && field(event, 'metadata') === undefined;
}

/** Reads the events of one message. @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export class ConverseStreamReader implements StreamReader {
  readonly #draft = new AnswerDraft('bedrock_converse');
  #metadata: unknown;
  #usage: unknown;
  #starts = 0;

  add(event: unknown): void {
    const draft = this.#draft;
    const choice = draft.choice(0);
    const delta = field(event, 'contentBlockDelta');
    if (delta !== undefined) {
      readBlock(choice, field(delta, 'delta'));
      return;
    }
    readBlock(choice, field(field(event, 'contentBlockStart'), 'start'));
    readStop(choice, field(event, 'messageStop'));
    if (field(event, 'messageStart') !== undefined) this.#starts += 1;
    const metadata = field(event, 'metadata');
    if (metadata !== undefined) this.#addMetadata(metadata);
    draft.failure ??= exceptionIn(event) ?? statedFailure(event);
  }

  reading(): AnswerReading {
    const draft = this.#draft;
    draft.choice(0);
    // A second message in mid-stream was asked of another model: what the first one cost is not known.
    draft.usage = this.#starts > 1 ? undefined : converseUsage(this.#usage, this.#metadata);
    return draft.close();
  }

  #addMetadata(metadata: unknown): void {
    this.#metadata = metadata;
    this.#usage = risen(this.#usage, field(metadata, 'usage'));
    readTrace(this.#draft, metadata);
  }
}
