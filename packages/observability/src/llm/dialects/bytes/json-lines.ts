import type { Framing } from './chunk-reader.ts';
import { jsonOrText, LINE_FEED, LineReader } from './line-reader.ts';

/** A JSON value a line. @see https://jsonlines.org */
export const jsonLines: Framing = {
  contentType: 'application/x-ndjson',
  reader() {
    const lines = new LineReader();
    return {
      add: (bytes) => lines.add(bytes).filter(isNotBlank).map(jsonOrText),
      end() {
        const { lines: last, rest } = lines.end();
        const ended = last.filter(isNotBlank).map(jsonOrText);
        // The last line needs no line end; one that broke off is not JSON.
        const value = isNotBlank(rest) ? jsonOrText(rest) : rest;
        return value === rest ? ended : [...ended, value];
      },
    };
  },
  print: (chunks) => new TextEncoder().encode(chunks.map((chunk) => `${JSON.stringify(chunk)}\n`).join('')),
  endOf(body, start) {
    const lineEnd = body.indexOf(LINE_FEED, start);
    return lineEnd === -1 ? body.length : lineEnd + 1;
  },
};

function isNotBlank(line: string): boolean {
  return line.trim() !== '';
}
