import { describe, expect, it } from 'vitest';
import { promptOf } from '../prompt/prompt.ts';
import { TokenEstimator } from './token-estimator.ts';

const prompt = (characters: number, limit: object = {}) => promptOf({ prompt: 'x'.repeat(characters), ...limit });

describe('a TokenEstimator', () => {
  it('begins with four characters to a token and an answer of 256 tokens', () => {
    expect(new TokenEstimator().estimate(prompt(401))).toEqual({ inputTokens: 101, outputTokens: 256 });
  });

  it('begins with a token for each character outside ASCII', () => {
    const { estimate } = { estimate: (text: string) => new TokenEstimator().estimate(promptOf(text)).inputTokens };
    expect([estimate('今日は良い天気です'), estimate('naïve text'), estimate('😀')]).toEqual([9, 4, 2]);
    const tools = [{ name: '天気', description: '' }];
    const { nonAsciiCharacters } = promptOf({ messages: [{ role: 'user', content: '今日は' }], tools });
    expect(nonAsciiCharacters).toBe(5);
  });

  it('never expects more than the request allows', () => {
    expect(new TokenEstimator().estimate(prompt(4, { max_tokens: 10 })).outputTokens).toBe(10);
  });

  it('learns how its model counts, how long its answers are and what its provider has cached', () => {
    const estimator = new TokenEstimator();
    for (let answers = 0; answers < 200; answers += 1) {
      estimator.learn(prompt(300), { inputTokens: 100, outputTokens: 50, cacheReadTokens: 40 });
    }
    expect(estimator.charactersPerToken).toBeCloseTo(3, 9);
    expect(estimator.estimate(prompt(3_000))).toEqual({ inputTokens: 1_000, outputTokens: 50, cacheReadTokens: 400 });
  });

  it('follows a model whose answers become longer', () => {
    const estimator = new TokenEstimator();
    for (const outputTokens of [100, ...Array.from({ length: 60 }, () => 500)]) {
      estimator.learn(prompt(40), { inputTokens: 10, outputTokens });
    }
    expect(estimator.estimate(prompt(40)).outputTokens).toBeGreaterThan(490);
  });

  it('learns nothing about characters from images, nor from a usage that no text could have', () => {
    const estimator = new TokenEstimator();
    const withImage = promptOf({
      messages: [{ role: 'user', content: [{ type: 'image' }, { type: 'text', text: 'x'.repeat(1_000) }] }],
    });
    estimator.learn(withImage, { inputTokens: 1_000, outputTokens: 1 });
    estimator.learn(prompt(10), { inputTokens: 0, outputTokens: 1 });
    estimator.learn(prompt(10), { inputTokens: 5_000, outputTokens: 1 });
    expect(estimator.charactersPerToken).toBe(4);
  });
});
