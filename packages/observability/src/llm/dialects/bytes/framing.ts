import type { Dialect } from '../dialect.ts';
import type { Framing } from './chunk-reader.ts';
import { jsonLines } from './json-lines.ts';
import { serverSentEvents } from './server-sent-events.ts';

type BytesOfDialect = NonNullable<Dialect['bytes']>;

/** The framing of a dialect's streams; undefined for one that is not text. */
export function textFraming({ streamFraming, terminator }: BytesOfDialect): Framing | undefined {
  switch (streamFraming) {
    case 'server_sent_events':
      return serverSentEvents(terminator);
    case 'json_lines':
      return jsonLines;
    default:
      return undefined;
  }
}

/** All chunks of a stream's body. */
export function chunksIn(body: Uint8Array, framing: Framing): unknown[] {
  const reader = framing.reader();
  return [...reader.add(body), ...reader.end()];
}
