import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DialectVectors } from 'tta-conformance';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_DIALECTS } from '../built-in.ts';
import { readAnswer } from '../registry.ts';
import { bodyReader } from './body-reader.ts';
import { framingOf } from './framing.ts';
import { readWholeBody } from './whole-body.ts';

const CONTENT_TYPES = {
  server_sent_events: 'text/event-stream; charset=utf-8',
  json_lines: 'application/x-ndjson',
  aws_event_stream: 'application/vnd.amazon.eventstream',
} as const;

const PIECE_BYTES = 100;

function readIn(contentType: string, body: Uint8Array): ReturnType<typeof readAnswer> {
  const reader = bodyReader({ contentType });
  for (let at = 0; at < body.length; at += PIECE_BYTES) reader.add(body.subarray(at, at + PIECE_BYTES));
  return reader.end();
}

/** What a failure says; the error itself is wrapped by some framings. */
const said = (reading: ReturnType<typeof readAnswer>): unknown =>
  reading && { ...reading, failure: reading.failure?.message };

const vectors = globSync('../*/vectors/*.json', { cwd: import.meta.dirname })
  .map((path) => JSON.parse(readFileSync(join(import.meta.dirname, path), 'utf8')) as DialectVectors)
  .flatMap((file) => file.vectors.map((vector) => ({ ...vector, dialect: file.dialect })));

describe.each(BUILT_IN_DIALECTS.filter(({ bytes }) => bytes !== undefined))('$name', ({ name, bytes }) => {
  const own = vectors.filter(({ dialect }) => dialect === name);

  it.each(own.filter(({ kind }) => kind === 'stream'))('reads the same from the bytes of $name', ({ input }) => {
    if (bytes === undefined) return;
    const chunks = input as readonly unknown[];
    const body = framingOf(bytes).print(chunks);
    expect(said(readIn(CONTENT_TYPES[bytes.streamFraming], body))).toEqual(said(readAnswer(chunks)));
  });

  it.each(own.filter(({ kind }) => kind === 'answer'))('reads the same from the JSON of $name', ({ input }) => {
    const body = Buffer.from(JSON.stringify(input));
    expect(readIn('application/json', body)).toEqual(readAnswer(input));
  });
});

it('reads what came before bytes that are damaged', () => {
  const [body] = [framingOf({ streamFraming: 'aws_event_stream' }).print([{ messageStart: { role: 'assistant' } }])];
  const reader = bodyReader({ contentType: CONTENT_TYPES.aws_event_stream });
  for (const bytes of [body, Buffer.alloc(64, 7), body]) reader.add(bytes);
  expect(reader.end()).toMatchObject({ finish: ['unfinished'] });
});

it.each([['application/json'], [null], [undefined]])('reads nothing from JSON that broke off, as %s', (contentType) => {
  const reader = bodyReader({ contentType });
  reader.add(Buffer.from('{"object":"chat.completion","choi'));
  expect(reader.end()).toBeUndefined();
});

it('reads an error that a gateway sends as JSON under the type of a stream', () => {
  const body = Buffer.from('{"error":{"message":"no","type":"server_error"}}');
  expect(readIn(CONTENT_TYPES.server_sent_events, body)).toMatchObject({ failure: { code: 'server_error' } });
  expect(readWholeBody(body, CONTENT_TYPES.server_sent_events)).toMatchObject({ isStream: false, data: { error: {} } });
});

it('knows a stream by its type before its first byte', () => {
  expect(bodyReader({ contentType: CONTENT_TYPES.server_sent_events }).isStream()).toBe(true);
  expect(bodyReader({ contentType: 'application/json' }).isStream()).toBe(false);
});
