import type { Dialect } from '../dialect.ts';
import type { Framing } from './chunk-reader.ts';
import { framingOf } from './framing.ts';

/** The framing of a stream, by the type of its content; undefined for any other body. */
export function framingOfType(contentType: string, likely: Dialect | undefined): Framing | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  switch (type) {
    case EVENTS:
      return eventFraming(likely);
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

/** The framing of a body, by its type and its first bytes; undefined for one that is no stream. */
export function framingOfBody(
  body: Uint8Array,
  contentType: string | undefined,
  likely?: Dialect | undefined,
): Framing | undefined {
  const framing = framingOfType(contentType ?? '', likely);
  if (framing === undefined) return framingOfBytes(body, likely);
  return framing.contentType === EVENTS && isJson(body) ? undefined : framing;
}

const EVENTS = 'text/event-stream';

/** Gateways keep the type of a stream for an error that is no stream. No event begins like JSON. */
function isJson(bytes: Uint8Array): boolean {
  return /^\s*\{/.test(Buffer.from(bytes.subarray(0, 64)).toString('utf8'));
}

/** The same by the first bytes, for a body whose type of content is unknown: no JSON begins like an event. */
function framingOfBytes(bytes: Uint8Array, likely: Dialect | undefined): Framing | undefined {
  if (/^\s*(?:data|event|id|retry)?:/.test(Buffer.from(bytes.subarray(0, 64)).toString('utf8')))
    return eventFraming(likely);
  const isBinary = bytes[0] === 0; // the length of a frame, which is not long
  return isBinary && likely?.bytes?.streamFraming === 'aws_event_stream' ? framingOf(likely.bytes) : undefined;
}

/** The framing of a stream of events. */
export function eventFraming(likely: Dialect | undefined): Framing {
  return framingOf({ streamFraming: 'server_sent_events', terminator: likely?.bytes?.terminator ?? '[DONE]' });
}
