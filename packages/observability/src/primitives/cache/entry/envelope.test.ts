import { describe, expect, it } from 'vitest';
import { ENVELOPE, EXPECTED } from '../__fixtures__/envelope.ts';
import { ageOf, type Envelope, openEnvelope, readEnvelope, remainingLifeOf, sealEnvelope } from './envelope.ts';

describe('K26 an envelope', () => {
  it('carries the digest, the model, the time and the usage, and gives back what was put into it', () => {
    expect(readEnvelope(sealEnvelope(ENVELOPE))).toMatchObject(ENVELOPE);
    expect(openEnvelope(sealEnvelope(ENVELOPE), EXPECTED)).toMatchObject(ENVELOPE);
  });

  it('keeps every part of a usage, also the words and the tools', () => {
    const usage = {
      inputTokens: 9,
      outputTokens: 2,
      outputImageTokens: 1,
      toolCalls: { web_search: 2 },
      serviceTier: 'flex',
      billedUsd: 0.25,
    };
    expect(readEnvelope(sealEnvelope({ ...ENVELOPE, usage }))).toMatchObject({ usage });
  });

  it.each<[string, object]>([
    ['another request', { digest: 'other' }],
    ['another scope', { scopeHash: 'other' }],
    ['another model', { model: 'gpt-4o' }],
    ['no model', { model: undefined }],
  ])('F13 is not opened by %s', (_, other) => {
    expect(openEnvelope(sealEnvelope(ENVELOPE), { ...EXPECTED, ...other })).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['bytes', new Uint8Array([123])],
    ['a line without an end', '{"version":1}'],
    ['no JSON', '{not-json\n1'],
    ['another record', '{"a":1}\n1'],
    ['a list', '[]\n1'],
    ['an older version', sealEnvelope(ENVELOPE).replace('"version":1', '"version":0')],
    ['a newer version', sealEnvelope(ENVELOPE).replace('"version":1', '"version":2')],
  ])('F12 F14 is not read from %s', (_, text) => {
    expect(readEnvelope(text)).toBeUndefined();
  });

  it.each<[string, object]>([
    ['an unknown form', { form: 'smoke' }],
    ['an unknown wish', { askedFor: 'smoke' }],
    ['an unknown class', { instance: 'smoke' }],
    ['usage that is no number of tokens', { usage: { inputTokens: -1, outputTokens: 1e308 } }],
    ['usage without a part', { usage: { inputTokens: 1 } }],
    ['a bill that no call has', { usage: { inputTokens: 1, outputTokens: 1, billedUsd: 10_001 } }],
    ['a model that is no text', { answeredBy: 3 }],
    ['no time', { createdAtMs: null }],
    ['no life', { ttlMs: '1' }],
  ])('F13 is not read with %s', (_, over) => {
    expect(readEnvelope(sealEnvelope({ ...ENVELOPE, ...over } as Envelope))).toBeUndefined();
  });

  it('F21 is never of negative age, and never fresher than its life', () => {
    expect(ageOf(ENVELOPE, 900)).toBe(0);
    expect(remainingLifeOf(ENVELOPE, 900)).toBe(500);
    expect(remainingLifeOf(ENVELOPE, 1_200)).toBe(300);
    expect(remainingLifeOf(ENVELOPE, 9_000)).toBe(0);
  });
});
