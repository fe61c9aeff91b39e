import { describe, expect, it } from 'vitest';
import { ENVELOPE, EXPECTED } from '../__fixtures__/envelope.ts';
import { OpenedEntries } from './entry-reader.ts';
import { sealEnvelope } from './envelope.ts';

const copyOfText = (text: string): string => Buffer.from(text).toString();

describe('entries that come again', () => {
  const { payload, ...header } = ENVELOPE;
  const text = sealEnvelope(ENVELOPE);

  it('are read the second time, and not after that', () => {
    const entries = new OpenedEntries();
    expect(entries.open('key', text, EXPECTED)).toMatchObject({
      header: { version: 1, ...header, payloadBytes: Buffer.byteLength(payload) },
      payload,
      data: undefined,
    });
    const second = entries.open('key', copyOfText(text), EXPECTED);
    expect(second).toMatchObject({ header, payload, data: { value: { text: 'Ünïcödé' } } });
    expect(entries.open('key', copyOfText(text), EXPECTED)?.data).toBe(second?.data);
  });

  it.each([
    ['another payload', { payload: '{"text":"Unicode"}' }],
    ['another time', { createdAtMs: 2_000 }],
    ['another model that has answered', { answeredBy: 'gpt-4o-mini' }],
  ])('are read anew with %s', (_, over) => {
    const entries = new OpenedEntries();
    for (let time = 0; time < 3; time += 1) entries.open('key', text, EXPECTED);
    const { payload: otherPayload, ...otherHeader } = { ...ENVELOPE, ...over };
    const other = sealEnvelope({ ...ENVELOPE, ...over });
    for (let time = 0; time < 2; time += 1) {
      expect(entries.open('key', other, EXPECTED)).toMatchObject({ header: otherHeader, payload: otherPayload });
    }
    expect(entries.open('key', text, EXPECTED)?.data).toBeUndefined();
  });

  it.each([
    ['another request', { digest: 'other' }],
    ['another scope', { scopeHash: 'other' }],
    ['another model', { model: 'gpt-4o' }],
  ])('F13 are not opened for %s, known or not', (_, over) => {
    const entries = new OpenedEntries();
    expect(entries.open('key', text, { ...EXPECTED, ...over })).toBeUndefined();
    entries.open('key', text, EXPECTED);
    expect(entries.open('key', text, { ...EXPECTED, ...over })).toBeUndefined();
    expect(entries.open('key', sealEnvelope({ ...ENVELOPE, ...over }), EXPECTED)).toBeUndefined();
  });

  it.each([undefined, 5, '', 'no line', '\n', '{}\n1', text.slice(0, 40)])('F12 are not found in %j', (foreign) => {
    const entries = new OpenedEntries();
    expect(entries.open('key', foreign, EXPECTED)).toBeUndefined();
    entries.open('key', text, EXPECTED);
    expect(entries.open('key', foreign, EXPECTED)).toBeUndefined();
  });

  it('F12 have no data where the payload is no JSON', () => {
    const entries = new OpenedEntries();
    const broken = sealEnvelope({ ...ENVELOPE, payload: '{"text":' });
    for (let time = 0; time < 3; time += 1) expect(entries.open('key', broken, EXPECTED)?.data).toBeUndefined();
  });

  it('are forgotten, those asked for least recently first, beyond eight megabytes', () => {
    const entries = new OpenedEntries();
    const large = sealEnvelope({ ...ENVELOPE, payload: JSON.stringify('x'.repeat(500_000)) });
    const keys = ['a', 'b', 'c', 'd', 'e'];
    for (const key of keys) entries.open(key, large, EXPECTED);
    const isKnown = (key: string): boolean => entries.open(key, large, EXPECTED)?.data !== undefined;
    expect(keys.toReversed().map(isKnown)).toEqual([true, true, true, true, false]);
  });
});

it('are known to all caches of a store, and to no other', () => {
  const [store, other] = [{}, {}];
  OpenedEntries.of(store).open('key', sealEnvelope(ENVELOPE), EXPECTED);
  expect(OpenedEntries.of(store).open('key', sealEnvelope(ENVELOPE), EXPECTED)?.data).toBeDefined();
  expect(OpenedEntries.of(other).open('key', sealEnvelope(ENVELOPE), EXPECTED)?.data).toBeUndefined();
});
