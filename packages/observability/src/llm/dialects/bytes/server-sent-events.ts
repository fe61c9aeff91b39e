import { field } from '../../fields.ts';
import type { ChunkReader, Framing } from './chunk-reader.ts';
import { jsonOrText, LINE_FEED, LineReader } from './line-reader.ts';

/**
 * Server-sent events whose data are JSON.
 *
 * @param terminator - the data of the event after the last chunk, which is not a chunk
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function serverSentEvents(terminator?: string): Framing {
  return {
    contentType: 'text/event-stream',
    reader: () => eventReader(terminator),
    print(chunks) {
      const end = terminator === undefined ? '' : `data: ${terminator}\n\n`;
      return new TextEncoder().encode(chunks.map(printed).join('') + end);
    },
    endOf: endOfEvent,
  };
}

/** An event ends with a blank line; one whose lines end with CR alone with the body. */
function endOfEvent(body: Buffer, start: number): number {
  let lineEnd = body.indexOf(LINE_FEED, start);
  while (lineEnd !== -1) {
    const next = body[lineEnd + 1] === CARRIAGE_RETURN ? lineEnd + 2 : lineEnd + 1;
    if (body[next] === LINE_FEED) return next + 1;
    lineEnd = body.indexOf(LINE_FEED, next);
  }
  return body.length;
}

const CARRIAGE_RETURN = 0x0d;

function eventReader(terminator: string | undefined): ChunkReader {
  const lines = new LineReader();
  let name = '';
  let data: string | undefined;
  let isOver = false;

  const readLine = (line: string): void => {
    const colon = line.indexOf(':');
    const key = colon === -1 ? line : line.slice(0, colon); // a comment has an empty one
    if (key !== 'data' && key !== 'event') return;
    const start = line[colon + 1] === ' ' ? colon + 2 : colon + 1;
    const value = colon === -1 ? '' : line.slice(start);
    if (key === 'event') name = value;
    else data = data === undefined ? value : `${data}\n${value}`;
  };
  /** The chunk of an event, which a blank line ends. */
  const readEvent = (): unknown[] => {
    const text = data;
    const event = name;
    data = undefined;
    name = '';
    if (text === terminator && text !== undefined) isOver = true;
    if (text === undefined || text === '' || text === terminator) return [];
    return [event === 'error' ? markedAsError(jsonOrText(text)) : jsonOrText(text)];
  };
  const read = (read: readonly string[]): unknown[] =>
    read.flatMap((line) => {
      if (line === '') return readEvent();
      readLine(line);
      return [];
    });
  return {
    add: (bytes) => read(lines.add(bytes)),
    end: () => read(lines.end().lines), // an event that no blank line ends broke off
    isOver: () => isOver,
  };
}

/** Some servers say only with the name of an event that it is an error. */
function markedAsError(value: unknown): unknown {
  const isMarked = field(value, 'type') === 'error' || (field(value, 'error') ?? null) !== null;
  return isMarked ? value : { type: 'error', error: value };
}

/** APIs whose events have a type name the event after it. */
function printed(chunk: unknown): string {
  const type = field(chunk, 'type');
  const name = typeof type === 'string' && !/[\r\n]/.test(type) ? `event: ${type}\n` : '';
  return `${name}data: ${JSON.stringify(chunk)}\n\n`;
}
