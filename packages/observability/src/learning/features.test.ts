import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complexityOf } from './complexity.ts';
import { FEATURE_NAMES, featuresOf } from './features.ts';
import { fnv1a } from './text/fnv1a.ts';
import { scanPrompt } from './text/scan.ts';
import { vectorOf } from './text/vector.ts';

function featureOf(prompt: string, name: (typeof FEATURE_NAMES)[number]): number {
  return featuresOf(prompt)[FEATURE_NAMES.indexOf(name)] as number;
}

describe('the features of a prompt', () => {
  it.each<[(typeof FEATURE_NAMES)[number], string, number]>([
    ['logCharacters', 'abc', Math.log(4)],
    ['logWords', "don't ask me twice", Math.log(5)],
    ['meanWordLength', 'four five', 4],
    ['logSentences', 'One. Two! Is 1.5 three? ', Math.log(4)],
    ['longWordShare', 'a probability is small', 0.25],
    ['rareWordShare', 'the zygote', 0.5],
    ['digitShare', '12ab', 0.5],
    ['logNumbers', '1,234.5 and 7', Math.log(3)],
    ['logMaths', 'a = b + c, an integral', Math.log(4)],
    ['logLatex', '$x$ and \\frac, for $5', Math.log(3)],
    ['logCodeMarks', '``` f() => {}; return', Math.log(8)],
    ['logProgrammingWords', 'a Python regex', Math.log(3)],
    ['logStepWords', 'first add, then total', Math.log(4)],
    ['logConstraintWords', 'must have at least one', Math.log(3)],
    ['logQuestionWords', 'how many, and which', Math.log(3)],
    ['logWhyHow', 'Why and HOW', Math.log(3)],
    ['logCompareWords', 'compare cats versus dogs', Math.log(3)],
    ['logProveWords', 'prove the lemma', Math.log(3)],
    ['logComputeWords', 'Calculate x', Math.log(2)],
    ['logAnswerOptions', 'x\nA. one\nB) two or (c)', Math.log(4)],
    ['logLines', 'a\nb', Math.log(3)],
    ['logQuotes', '"a" “b”', Math.log(5)],
    ['hasNegation', "It isn't", 1],
    ['capitalWordShare', 'NASA went A', 1 / 3],
    ['nonAsciiShare', 'éa', 0.5],
    ['logListItems', '- a\n* b\n3. c', Math.log(4)],
    ['hasJson', 'as JSON', 1],
    ['logQuestionMarks', '? ?', Math.log(3)],
    ['logExplainWords', 'explain and describe', Math.log(3)],
    ['hasDefine', 'translate this', 1],
    ['logLongestLine', 'ab\nabcd\na', Math.log(5)],
    ['distinctWordShare', 'a b A b', 0.5],
  ])('%s of %j', (name, prompt, value) => {
    expect(featureOf(prompt, name)).toBeCloseTo(value, 10);
  });

  it('are 32 finite numbers for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (prompt) => {
        const features = featuresOf(prompt);
        return features.length === 32 && features.every(Number.isFinite) && Number.isFinite(complexityOf(prompt));
      }),
    );
  });

  it('take the beginning and the end of a huge prompt', () => {
    const middle = 'z'.repeat(2_000_000);
    expect(featureOf(`prove ${middle} lemma`, 'logProveWords')).toBeCloseTo(Math.log(3), 10);
    expect(featureOf(middle, 'logCharacters')).toBeCloseTo(Math.log(2_000_001), 10);
  });
});

describe('complexity', () => {
  it('is nothing for nothing, and more for what demands more', () => {
    expect(complexityOf('')).toBe(0);
    const rising = ['hello', 'Find 2 + 2', 'Prove that $x^2 + 1 > 0$ for all real $x$, step by step.'].map((prompt) =>
      complexityOf(prompt),
    );
    expect(rising).toEqual(rising.toSorted((one, other) => one - other));
  });
});

describe('the vector of a prompt', () => {
  it('hashes tokens and pairs of tokens by FNV-1a', () => {
    expect(fnv1a('a') >>> 0).toBe(0xe40c292c);
    expect(scanPrompt('Ab 12345!')).toMatchObject({
      tokens: ['ab', '0000', '!'].map((token) => fnv1a(token)),
      pairs: ['ab 0000', '0000 !'].map((pair) => fnv1a(pair)),
    });
  });

  it('reads case, apostrophes and long numbers alike', () => {
    expect(vectorOf('DON’T 12345', 18)).toEqual({
      ...vectorOf("don't 98765", 18),
      features: expect.any(Float64Array),
    });
  });

  it('has length 1, and one slot per token and pair', () => {
    const { slots, values } = vectorOf('to be or not to be', 18);
    expect(slots).toHaveLength(4 + 4);
    expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 6);
    expect((values[0] as number) / (values[2] as number)).toBeCloseTo(1 + Math.log(2), 6);
  });

  it('of an empty prompt has no slots', () => expect(vectorOf('', 18).slots).toHaveLength(0));
});
