import type { Dialect } from '../dialect.ts';
import { awsEvents } from './aws-events-framing.ts';
import type { Framing } from './chunk-reader.ts';
import { jsonLines } from './json-lines.ts';
import { serverSentEvents } from './server-sent-events.ts';

type BytesOfDialect = NonNullable<Dialect['bytes']>;

/** The framing of a dialect's streams. */
export function framingOf({ streamFraming, terminator }: BytesOfDialect): Framing {
  switch (streamFraming) {
    case 'server_sent_events':
      return serverSentEvents(terminator);
    case 'json_lines':
      return jsonLines;
    case 'aws_event_stream':
      return awsEvents;
  }
}

/** All chunks of a stream's body. */
export function chunksIn(body: Uint8Array, framing: Framing): unknown[] {
  const reader = framing.reader();
  return [...reader.add(body), ...reader.end()];
}
