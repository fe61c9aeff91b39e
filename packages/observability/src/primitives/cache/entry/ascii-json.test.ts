import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asciiJson } from './envelope.ts';

const TEXT = 'One thing that a model writes often. '.repeat(20);

describe('JSON in ASCII', () => {
  it('means the same', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 }).map((some) => `${TEXT}${some}`);
    const value = fc.oneof(text, fc.dictionary(text, fc.array(text, { maxLength: 3 }), { maxKeys: 3 }));
    fc.assert(
      fc.property(value, (answer) => {
        expect(JSON.parse(asciiJson(JSON.stringify(answer)))).toEqual(answer);
      }),
    );
  });

  it.each([
    ['a quote', `“${TEXT}”`, String.raw`"\u201c${TEXT}\u201d"`],
    ['a picture', `${TEXT}😀`, String.raw`"${TEXT}\ud83d\ude00"`],
    ['an accent', `${TEXT}é`, String.raw`"${TEXT}\u00e9"`],
    ['half a picture, which is escaped already', `${TEXT}\ud83d`, String.raw`"${TEXT}\ud83d"`],
  ])('escapes %s', (_, text, json) => {
    expect(asciiJson(JSON.stringify(text))).toBe(json);
  });

  it.each([
    ['ASCII alone', TEXT],
    ['another script', `${'Что такое монада? '.repeat(20)}`],
    ['a text with more than a sixteenth of them', `${'é'.repeat(70)}${TEXT}`],
  ])('leaves %s as it is', (_, text) => {
    const json = JSON.stringify(text);
    expect(asciiJson(json)).toBe(json);
  });

  it('grows by a quarter at most', () => {
    const text = `${'é'.repeat(46)}${TEXT}`;
    const [utf8, ascii] = [JSON.stringify(text), asciiJson(JSON.stringify(text))];
    expect(ascii).toMatch(/^[\0-\x7f]+$/);
    expect(ascii.length / Buffer.byteLength(utf8)).toBeLessThan(1.25);
  });

  it('stays as it is where it would become longer than allowed', () => {
    const json = JSON.stringify(`é${TEXT}`);
    expect(asciiJson(json, json.length + 4)).toBe(json);
    expect(asciiJson(json, json.length + 5)).toHaveLength(json.length + 5);
  });
});
