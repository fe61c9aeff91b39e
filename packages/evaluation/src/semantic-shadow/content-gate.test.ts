import { describe, expect, it } from 'vitest';
import { haveSameContent } from './content-gate.ts';

describe('the content gate', () => {
  it.each([
    ['a number', 'what changed in version 2', 'what changed in version 3'],
    ['a negation', 'does it rain', "doesn't it rain"],
    ['a quotation', 'what is “this”', 'what is “that”'],
    ['a quotation in guillemets', 'what is «this»', 'what is «that»'],
    ['a name', 'who lives in Rome', 'who lives in Paris'],
    ['an identifier', 'what does getUser do', 'what does getName do'],
  ])('tells two texts apart that differ in %s', (_what, one, other) => {
    expect(haveSameContent(one, other)).toBe(false);
    expect(haveSameContent(one, `${one} please`)).toBe(true);
  });

  it.each(['“', '«', '"', '`', '1,', 'a_', 'aA ', "n't "])('is soon done with a text that repeats %j', (part) => {
    const text = part.repeat(200_000);
    expect(haveSameContent(text, text)).toBe(true);
  });
});
