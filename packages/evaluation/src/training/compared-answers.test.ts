import { inputsSeen, verifierOf } from 'tta-observability-integration/learning';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve } from '../figures/auc.ts';
import { rankingOf } from '../figures/ranking.ts';
import { comparedRows } from './__fixtures__/graded.ts';
import { learnedFromCompared } from './__fixtures__/learned-verifier.ts';

const { answered, trust, weights } = learnedFromCompared(comparedRows(400));
const verifier = verifierOf(JSON.stringify(weights));
const judged = (first: string, second: string): number =>
  verifier('name the capital', { answer: first, outputTokens: 40 }, { answer: second, outputTokens: 50 });

describe('a verifier that compares with a second model', () => {
  it('trusts an answer that the second model gives too, however it is written', () => {
    expect(judged('18', '18.0')).toBeGreaterThan(judged('18', '20') + 0.2);
  });

  it('tells good answers from bad ones without the text of any', () => {
    expect(areaUnderCurve(answered.qualities.cheap, rankingOf(trust))).toBeGreaterThan(0.75);
  });

  it('does not trust an answer without the features it looks at', () => {
    expect(verifier('name the capital', { answer: '18', outputTokens: 40 })).toBe(0);
    expect(verifier('name the capital', { answer: '18' }, { answer: '18' })).toBe(0);
  });

  it('names its second model, and what it looks at', () => {
    expect(verifier.second).toBe('other');
    expect(weights.verifier?.inputs).toEqual(inputsSeen(answered.answers, answered.second));
    expect(weights.verifier).not.toHaveProperty('answer');
  });
});

describe('what a verifier can look at', () => {
  const text = { text: 'It is 4.' };
  it.each([
    ['texts', [text], undefined, ['answerLogit', 'wrongEquations'], ['logTokens', 'isMissing', 'agrees']],
    ['tokens', [{ outputTokens: 3 }], undefined, ['logTokens'], ['answerLogit', 'isMissing']],
    ['what was extracted of some', [{ answer: 4 }, {}], undefined, ['isMissing', 'isNumeric'], ['logTokens', 'agrees']],
    ['texts and second opinions', [text], [text], ['agrees', 'isSecondMissing'], ['isMissing']],
    ['second opinions on some only', [text, text], [text, undefined], ['answerLogit'], ['agrees']],
  ] as const)('is known from %s', (_what, cheap, second, there, missing) => {
    const names = inputsSeen(cheap, second);
    expect(names).toEqual(expect.arrayContaining(['cheapLogit', 'strongLogit', ...there]));
    for (const name of missing) expect(names).not.toContain(name);
  });
});
