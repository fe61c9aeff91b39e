import { describe, expect, it } from 'vitest';
import { type Envelope, sealEnvelope } from './envelope.ts';
import { KnownHeaders } from './known-headers.ts';

const ENVELOPE: Envelope = {
  digest: 'digest',
  scopeHash: 'scope',
  model: 'gpt-4o-mini',
  form: 'value',
  askedFor: 'whole',
  createdAtMs: 1_000,
  ttlMs: 500,
  usage: { inputTokens: 3, outputTokens: 2 },
  payload: '"Ünïcödé"',
};

const EXPECTED = { digest: 'digest', scopeHash: 'scope', model: 'gpt-4o-mini' };

type Open = (headers: KnownHeaders, text: string, expected?: typeof EXPECTED, key?: string) => unknown;

const openText: Open = (headers, text, expected = EXPECTED, key = 'key') => {
  const opened = headers.openText(key, text, expected);
  return opened && { ...opened };
};

const openBytes: Open = (headers, text, expected = EXPECTED, key = 'key') => {
  const opened = headers.openBytes(key, new Uint8Array(Buffer.from(text)), expected);
  return opened && { header: opened.header, payload: Buffer.from(opened.body).toString(), isKnown: opened.isKnown };
};

describe.each([
  ['texts', openText],
  ['bytes', openBytes],
])('headers of %s that come again', (_, open) => {
  const { payload, ...header } = ENVELOPE;

  it('are read once, and are the same object each time', () => {
    const headers = new KnownHeaders();
    const first = open(headers, sealEnvelope(ENVELOPE)) as { header: object };
    expect(first).toEqual({ header: { version: 1, ...header }, payload, isKnown: false });
    const again = open(headers, sealEnvelope({ ...ENVELOPE, payload: '1' })) as { header: object };
    expect(again).toMatchObject({ payload: '1', isKnown: true });
    expect(again.header).toBe(first.header);
  });

  it('are known however they were read first', () => {
    const headers = new KnownHeaders();
    openText(headers, sealEnvelope(ENVELOPE));
    expect(openBytes(headers, sealEnvelope(ENVELOPE))).toMatchObject({ payload, isKnown: true });
  });

  it.each([
    ['another time', { createdAtMs: 2_000 }],
    ['other usage', { usage: { inputTokens: 4, outputTokens: 2 } }],
  ])('are read again with %s', (_what, over) => {
    const headers = new KnownHeaders();
    open(headers, sealEnvelope(ENVELOPE));
    expect(open(headers, sealEnvelope({ ...ENVELOPE, ...over }))).toMatchObject({ header: over, isKnown: false });
    expect(open(headers, sealEnvelope({ ...ENVELOPE, ...over }))).toMatchObject({ header: over, isKnown: true });
  });

  it.each([
    ['another request', { digest: 'other' }],
    ['another scope', { scopeHash: 'other' }],
    ['another model', { model: 'gpt-4o' }],
  ])('F13 are not taken for those of %s, known or not', (_what, over) => {
    const headers = new KnownHeaders();
    const foreign = sealEnvelope({ ...ENVELOPE, ...over });
    expect(open(headers, foreign)).toBeUndefined();
    open(headers, sealEnvelope(ENVELOPE));
    expect(open(headers, foreign)).toBeUndefined();
  });

  it('F13 are not given to who expects another model under the same key', () => {
    const headers = new KnownHeaders();
    open(headers, sealEnvelope(ENVELOPE));
    expect(open(headers, sealEnvelope(ENVELOPE), { ...EXPECTED, model: 'gpt-4o' })).toBeUndefined();
  });

  it.each(['', 'no line', '\n', '{}\n1', sealEnvelope(ENVELOPE).slice(0, 40)])('F12 are not found in %j', (text) => {
    const headers = new KnownHeaders();
    expect(open(headers, text)).toBeUndefined();
    open(headers, sealEnvelope(ENVELOPE));
    expect(open(headers, text)).toBeUndefined();
  });

  it('are read each time, and not kept, if they are long', () => {
    const headers = new KnownHeaders();
    const long = sealEnvelope({ ...ENVELOPE, answeredBy: 'm'.repeat(10_000) });
    for (let time = 0; time < 2; time += 1) expect(open(headers, long)).toMatchObject({ payload, isKnown: false });
  });

  it('are forgotten when there are more than a thousand', () => {
    const headers = new KnownHeaders();
    for (let key = 0; key <= 1_000; key += 1) open(headers, sealEnvelope(ENVELOPE), EXPECTED, `key ${key}`);
    expect(open(headers, sealEnvelope(ENVELOPE), EXPECTED, 'key 1')).toMatchObject({ isKnown: true });
    expect(open(headers, sealEnvelope(ENVELOPE), EXPECTED, 'key 0')).toMatchObject({ isKnown: false });
  });
});

it.each([undefined, null, 42, 'text', {}])('there are none in %j, which a store may give too', (given) => {
  const headers = new KnownHeaders();
  expect(headers.openText('key', given, EXPECTED)).toBeUndefined();
  expect(headers.openBytes('key', given, EXPECTED)).toBeUndefined();
});
