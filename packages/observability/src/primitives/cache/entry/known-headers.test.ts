import { describe, expect, it } from 'vitest';
import { ENVELOPE, EXPECTED } from '../__fixtures__/envelope.ts';
import { sealEnvelope } from './envelope.ts';
import { KnownHeaders } from './known-headers.ts';

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

describe('headers of entries that come again as bytes', () => {
  const { payload, ...header } = ENVELOPE;
  const bytes = bytesOf(sealEnvelope(ENVELOPE));

  it('are read once, and are the same object each time', () => {
    const headers = new KnownHeaders();
    const first = headers.open('key', bytes, EXPECTED);
    expect(first).toMatchObject({ header: { version: 1, ...header }, isKnown: false });
    expect(Buffer.from(first?.body ?? []).toString()).toBe(payload);
    const again = headers.open(
      'key',
      bytesOf(sealEnvelope({ ...ENVELOPE, payload: '{"text":"Unicode    "}' })),
      EXPECTED,
    );
    expect(again?.isKnown).toBe(true);
    expect(again?.header).toBe(first?.header);
    expect(Buffer.from(again?.body ?? []).toString()).toBe('{"text":"Unicode    "}');
  });

  it.each([
    ['another time', { createdAtMs: 2_000 }],
    ['other usage', { usage: { inputTokens: 4, outputTokens: 2 } }],
  ])('are read again with %s', (_, over) => {
    const headers = new KnownHeaders();
    headers.open('key', bytes, EXPECTED);
    const other = bytesOf(sealEnvelope({ ...ENVELOPE, ...over }));
    expect(headers.open('key', other, EXPECTED)).toMatchObject({ header: over, isKnown: false });
    expect(headers.open('key', other, EXPECTED)).toMatchObject({ header: over, isKnown: true });
  });

  it('do not keep the bytes that they came with', () => {
    const headers = new KnownHeaders();
    const changing = bytes.slice();
    headers.open('key', changing, EXPECTED);
    changing.fill(0);
    expect(headers.open('key', bytes, EXPECTED)?.isKnown).toBe(true);
  });

  it.each([
    ['another request', { digest: 'other' }],
    ['another scope', { scopeHash: 'other' }],
    ['another model', { model: 'gpt-4o' }],
  ])('F13 are not taken for those of %s, known or not', (_, over) => {
    const headers = new KnownHeaders();
    const foreign = bytesOf(sealEnvelope({ ...ENVELOPE, ...over }));
    expect(headers.open('key', foreign, EXPECTED)).toBeUndefined();
    headers.open('key', bytes, EXPECTED);
    expect(headers.open('key', foreign, EXPECTED)).toBeUndefined();
    expect(headers.open('key', bytes, { ...EXPECTED, ...over })).toBeUndefined();
  });

  it.each(['', 'no line', '\n', '{}\n1', sealEnvelope(ENVELOPE).slice(0, 40)])('F12 are not found in %j', (text) => {
    const headers = new KnownHeaders();
    expect(headers.open('key', bytesOf(text), EXPECTED)).toBeUndefined();
    headers.open('key', bytes, EXPECTED);
    expect(headers.open('key', bytesOf(text), EXPECTED)).toBeUndefined();
  });

  it('are read each time, and not kept, if they are long', () => {
    const headers = new KnownHeaders();
    const long = bytesOf(sealEnvelope({ ...ENVELOPE, answeredBy: 'm'.repeat(10_000) }));
    for (let time = 0; time < 2; time += 1) expect(headers.open('key', long, EXPECTED)?.isKnown).toBe(false);
  });

  it.each([undefined, null, 42, 'text', {}])('F12 are not found in %j, which a store may give too', (given) => {
    expect(new KnownHeaders().open('key', given, EXPECTED)).toBeUndefined();
  });

  it('are forgotten, those asked for least recently first, beyond a thousand', () => {
    const headers = new KnownHeaders();
    for (let key = 0; key <= 1_000; key += 1) headers.open(`key ${key}`, bytes, EXPECTED);
    expect(headers.open('key 1', bytes, EXPECTED)?.isKnown).toBe(true);
    expect(headers.open('key 0', bytes, EXPECTED)?.isKnown).toBe(false);
  });
});
