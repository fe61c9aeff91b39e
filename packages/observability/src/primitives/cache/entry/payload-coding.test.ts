import { randomBytes } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CodedPayload, type EncryptionKey, PayloadCodec } from './payload-coding.ts';

const key = (id: string): EncryptionKey => ({ id, key: randomBytes(32) });
const may = key('may');
const june = key('june');
const LONG = JSON.stringify('a repeated answer, '.repeat(5_000));

const encrypting = (...keys: readonly [EncryptionKey, ...EncryptionKey[]]): PayloadCodec => {
  const [current, ...previous] = keys;
  return new PayloadCodec('CachePrimitive', { encryption: { current, previous } });
};
const compressing = new PayloadCodec('CachePrimitive', { compression: {} });

describe('a codec of payloads', () => {
  it('changes nothing unless it is asked to', () => {
    const plain = new PayloadCodec('CachePrimitive', {});
    expect(plain.encode(LONG, 'x')).toEqual({ text: LONG, coding: undefined });
    expect(plain.decode({ text: LONG, coding: undefined }, 'x')).toBe(LONG);
  });

  it('gives back every text, compressed and encrypted or not', () => {
    const codecs = [true, false].flatMap((zip) =>
      [true, false].map(
        (lock) =>
          new PayloadCodec('CachePrimitive', {
            compression: zip ? { aboveLength: 0 } : undefined,
            encryption: lock ? { current: may } : undefined,
          }),
      ),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (payload, boundTo) => {
        for (const codec of codecs) expect(codec.decode(codec.encode(payload, boundTo), boundTo)).toBe(payload);
      }),
    );
  });

  it('compresses what is long, and leaves what is short as it is', () => {
    expect(compressing.encode('"short"', 'x').coding).toBeUndefined();
    const coded = compressing.encode(LONG, 'x');
    expect(coded.coding).toEqual({ compressed: 'zstd', keyId: undefined });
    expect(coded.text.length).toBeLessThan(LONG.length / 10);
  });

  it('stores nothing of the text where it encrypts, and never the same bytes twice', () => {
    const [one, other] = [encrypting(may).encode('"marker-4411"', 'x'), encrypting(may).encode('"marker-4411"', 'x')];
    expect(Buffer.from(one.text, 'base64').toString('latin1')).not.toContain('marker');
    expect(one.text).not.toBe(other.text);
  });

  it('reads what a previous key wrote, and not what an unknown key wrote', () => {
    const written = encrypting(may).encode('"answer"', 'x');
    expect(encrypting(june, may).decode(written, 'x')).toBe('"answer"');
    expect(encrypting(june).decode(written, 'x')).toBeUndefined();
    expect(encrypting(june).knows(written.coding ?? {})).toBe(false);
    expect(encrypting(june, may).encode('"answer"', 'x').coding).toMatchObject({ keyId: 'june' });
  });

  it('reads nothing that was changed, moved, or passed off as something else', () => {
    const codec = new PayloadCodec('CachePrimitive', { compression: { aboveLength: 0 }, encryption: { current: may } });
    const coded = codec.encode('"answer"', 'request 1') as Required<CodedPayload>;
    const bytes = Buffer.from(coded.text, 'base64');
    for (let at = 0; at < bytes.length; at += 1) {
      const spoilt = Buffer.from(bytes);
      spoilt.writeUInt8(spoilt.readUInt8(at) ^ 1, at);
      expect(codec.decode({ ...coded, text: spoilt.toString('base64') }, 'request 1')).toBeUndefined();
    }
    expect(codec.decode(coded, 'request 2')).toBeUndefined();
    expect(codec.decode({ text: coded.text, coding: { keyId: 'may' } }, 'request 1')).toBeUndefined();
    expect(codec.decode({ text: '', coding: coded.coding }, 'request 1')).toBeUndefined();
    expect(codec.decode(coded, 'request 1')).toBe('"answer"');
  });

  it('reads no plain text where values are encrypted, because anybody could have written it', () => {
    expect(encrypting(may).decode({ text: '"planted"', coding: undefined }, 'x')).toBeUndefined();
    expect(encrypting(may).decode(compressing.encode(LONG, 'x'), 'x')).toBeUndefined();
  });

  it('reads compressed values also where nothing is compressed any more', () => {
    const plain = new PayloadCodec('CachePrimitive', {});
    expect(plain.decode(compressing.encode(LONG, 'x'), 'x')).toBe(LONG);
    expect(plain.decode({ text: 'bm90IHpzdGQ=', coding: { compressed: 'zstd' } }, 'x')).toBeUndefined();
  });

  it('reads no compressed value that is longer than a payload may be', () => {
    const limited = new PayloadCodec('CachePrimitive', {}, 1_000);
    const packed = (bytes: number): CodedPayload => ({
      text: zstdCompressSync('x'.repeat(bytes)).toString('base64'),
      coding: { compressed: 'zstd' },
    });
    expect(limited.decode(packed(3_000), 'x')).toHaveLength(3_000);
    expect(limited.decode(packed(3_001), 'x')).toBeUndefined();
  });

  it.each([
    [
      'a short key',
      { current: { id: 'a', key: randomBytes(16) } },
      /encryption.current.key must be 32 bytes, but it is 16/,
    ],
    [
      'a key that is a text',
      { current: { id: 'a', key: 'secret' } },
      /encryption.current.key must be 32 bytes in a Uint8Array/,
    ],
    ['a key without an id', { current: { key: randomBytes(32) } }, /encryption.current.id must be 1 to 64 letters/],
    ['no key', {}, /encryption.current.id/],
    [
      'an earlier key that is none',
      { current: may, previous: [{ id: 'april' }] },
      /encryption.previous\[0\].key must be/,
    ],
    ['earlier keys that are no list', { current: may, previous: may }, /encryption.previous must be a list/],
    ['an option that there is not', { current: may, older: [] }, /encryption.older is not an option/],
    ['two keys of one id', { current: may, previous: [key('may')] }, /an id of its own/],
  ])('refuses %s', (_what, encryption, sentence) => {
    expect(() => new PayloadCodec('CachePrimitive', { encryption } as never)).toThrow(sentence);
  });

  it.each([
    { current: { id: 'c2VjcmV0+/==', key: 'k1' } },
    { current: { id: 'c2VjcmV0', key: 'k1' } },
    { current: { id: 'a', key: 'c2VjcmV0' } },
  ])('repeats no key, also not one in the wrong field', (encryption) => {
    expect(() => new PayloadCodec('CachePrimitive', { encryption } as never)).toThrow(/^(?!.*c2VjcmV0)/);
  });

  it('keeps its keys when their owner wipes theirs', () => {
    const own = key('may');
    const codec = encrypting({ id: own.id, key: own.key });
    const other = encrypting({ id: own.id, key: Uint8Array.from(own.key) });
    own.key.fill(0);
    const coded = codec.encode('"answer"', 'x');
    expect(other.decode(coded, 'x')).toBe('"answer"');
    expect(encrypting({ id: own.id, key: new Uint8Array(32) }).decode(coded, 'x')).toBeUndefined();
  });

  it.each([true, { above: 1 }])('refuses %o for options of compression', (compression) => {
    expect(() => new PayloadCodec('CachePrimitive', { compression } as never)).toThrow('CachePrimitive: compression');
  });

  it('refuses a limit of compression that is none', () => {
    expect(() => new PayloadCodec('CachePrimitive', { compression: { aboveLength: -1 } })).toThrow(
      'CachePrimitive: compression.aboveLength must be a number at least 0 or Infinity, but it is -1',
    );
  });
});
