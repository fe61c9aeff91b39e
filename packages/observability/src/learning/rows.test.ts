import { describe, expect, it } from 'vitest';
import { gradedRow, hashPrompt, questionOf, vectorOfRow } from './rows.ts';
import { vectorOf } from './text/vector.ts';

const models = { small: { q: 1, out_tok: 12, p: '18' } };
const prompt = 'How many lamps does a room of 4 m by 3 m need?';

describe('a row of a log', () => {
  it('has a prompt, and what each model made of it', () => {
    expect(gradedRow({ id: 7, prompt, in_tok: 14, m: models, split: 'dev', gold: 'C' })).toEqual({
      id: '7',
      prompt,
      hashed: undefined,
      inputTokens: 14,
      answers: { small: { quality: 1, outputTokens: 12, costUsd: undefined, answer: '18', text: undefined } },
      split: 'dev',
    });
  });

  it('has the text of the weaker of two models, and of no other', () => {
    const texts = { weak_resp: 'It needs 2.', id: 7, prompt };
    expect(gradedRow({ ...texts, m: { ...models, large: {} } }).weakText).toBe('It needs 2.');
    expect(gradedRow({ ...texts, m: models }).weakText).toBeUndefined();
    expect(gradedRow({ ...texts, m: { ...models, large: {}, huge: {} } }).weakText).toBeUndefined();
    expect(gradedRow({ ...texts, weak_resp: 2, m: { ...models, large: {} } }).weakText).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['no object', [], 'it must be a JSON object'],
    ['no name', { prompt, m: models }, '"id" must name the row'],
    ['no prompt', { id: 'a', m: models }, '"prompt" or "features" is missing'],
    ['a prompt that is no text', { id: 'a', prompt: 3, m: models }, '"prompt" must be a text'],
    ['no models', { id: 'a', prompt, m: {} }, '"m" must hold at least one model'],
    ['a model without an object', { id: 'a', prompt, m: { small: 1 } }, '"m" must hold an object for small'],
    ['a quality of 2', { id: 'a', prompt, m: { small: { q: 2 } } }, '"q" of small must lie between 0 and 1'],
    ['a negative count', { id: 'a', prompt, m: { small: { out_tok: -1 } } }, '"out_tok" of small must be a number'],
    ['a text as cost', { id: 'a', prompt, m: { small: { cost_usd: '1' } } }, '"cost_usd" of small must be a number'],
    ['features of nothing', { id: 'a', features: 1, m: models }, '"features" must be an object'],
    ['no features', hashedWith({ values: [] }), '"features.values" must be 32 numbers'],
    ['no bits', hashedWith({ hashBits: 0 }), '"features.hashBits" must be a whole number from 8 to 24'],
    ['a slot beyond the last', hashedWith({ slots: [2 ** 18] }), '"features.slots" must be numbers of slots'],
    ['too few counts', hashedWith({ counts: [] }), '"features.counts" must say how often'],
    ['no question', hashedWith({ question: null }), '"features.question" must be a number'],
  ])('with %s is refused', (_, row, problem) => {
    expect(() => gradedRow(row)).toThrow(TypeError);
    expect(() => gradedRow(row)).toThrow(problem);
  });
});

function hashedWith(change: object): unknown {
  return { id: 'a', features: { ...hashPrompt(prompt), ...change }, m: models };
}

describe('a prompt without its words', () => {
  const row = gradedRow(JSON.parse(JSON.stringify({ id: 'a', features: hashPrompt(prompt), m: models })));
  const withWords = gradedRow({ id: 'a', prompt, m: models });

  it('trains as the prompt itself does', () => {
    expect(vectorOfRow(row, 18)).toEqual(vectorOf(prompt, 18));
    expect(questionOf(row)).toBe(questionOf(withWords));
  });

  it('can be folded into fewer slots, and not into more', () => {
    const sorted = ({ slots, values }: { readonly slots: Int32Array; readonly values: Float32Array }) =>
      new Map(Array.from(slots, (slot, index) => [slot, values[index]] as const).sort(([one], [other]) => one - other));
    expect(sorted(vectorOfRow(row, 9))).toEqual(sorted(vectorOf(prompt, 9)));
    expect(() => vectorOfRow(row, 19)).toThrow('row a was hashed with 18 bits, but 19 are needed');
  });

  it('holds none of them', () => {
    expect(JSON.stringify(hashPrompt('Zanzibar quinces'))).not.toMatch(/zanzibar|quinces/i);
  });

  it('is the same question however it is spaced, cased and punctuated', () => {
    const question = (text: string): number => questionOf(gradedRow({ id: 'a', prompt: text, m: models }));
    expect(question('What  is 2?')).toBe(question('what is 2'));
    expect(question('What is 2?')).not.toBe(question('What is 3?'));
    expect(question('???')).not.toBe(question('!!'));
  });
});
