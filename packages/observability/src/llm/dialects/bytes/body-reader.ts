import { soberly } from '../../fields.ts';
import type { AnswerReading } from '../answer-reading.ts';
import type { Dialect } from '../dialect.ts';
import { readAnswer, streamReader } from '../registry.ts';
import type { Framing } from './chunk-reader.ts';
import { framingOf } from './framing.ts';

/** Reads an answer from the bytes of its body, as they pass. */
export interface BodyReader {
  /** Takes the next bytes; never throws. */
  add(bytes: Uint8Array): void;
  /** What is known so far of a stream; of a whole answer, once all its bytes have passed. Never throws. */
  reading(): AnswerReading | undefined;
}

export interface BodyOptions {
  /** The `content-type` of the body. */
  readonly contentType: string | null | undefined;
  /** The dialect of the request, which is asked first. */
  readonly likely?: Dialect | undefined;
}

/**
 * A reader for the body of an answer: a stream of events by its type of content, else whole JSON.
 *
 * @example
 * ```ts
 * const reader = bodyReader({ contentType: response.headers.get('content-type') });
 * for await (const bytes of response.body) reader.add(bytes);
 * reader.reading()?.usage;
 * ```
 */
export function bodyReader({ contentType, likely }: BodyOptions): BodyReader {
  const framing = framingOfType(contentType ?? '', likely);
  return framing === undefined ? wholeReader(likely) : chunkedReader(framing, likely);
}

function framingOfType(contentType: string, likely: Dialect | undefined): Framing | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  switch (type) {
    case 'text/event-stream':
      return framingOf({ streamFraming: 'server_sent_events', terminator: likely?.bytes?.terminator ?? '[DONE]' });
    case 'application/x-ndjson':
    case 'application/jsonl':
    case 'application/json-lines':
    case 'application/stream+json':
      return framingOf({ streamFraming: 'json_lines' });
    case 'application/vnd.amazon.eventstream':
      return framingOf({ streamFraming: 'aws_event_stream' });
    default:
      return undefined;
  }
}

function chunkedReader(framing: Framing, likely: Dialect | undefined): BodyReader {
  const frames = framing.reader();
  const chunks = streamReader(likely);
  let isBroken = false;
  const read = (frame: () => unknown[]): void => {
    const found = isBroken ? [] : soberly(frame);
    isBroken ||= found === undefined; // what follows damaged bytes cannot be told apart
    for (const chunk of found ?? []) chunks.add(chunk);
  };
  return {
    add: (bytes) => read(() => frames.add(bytes)),
    reading() {
      read(() => frames.end());
      return chunks.reading();
    },
  };
}

function wholeReader(likely: Dialect | undefined): BodyReader {
  const pieces: Uint8Array[] = [];
  return {
    add: (bytes) => void pieces.push(Uint8Array.from(bytes)), // the caller may use its buffer again
    reading: () => soberly(() => readAnswer(JSON.parse(Buffer.concat(pieces).toString('utf8')), likely)),
  };
}
