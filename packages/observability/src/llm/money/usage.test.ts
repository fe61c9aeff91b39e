import { describe, expect, it } from 'vitest';
import { isEmptyUsage, isUsage, type Usage, withoutPromptCache } from './usage.ts';

const counts = { inputTokens: 3, outputTokens: 2 };

describe('isUsage', () => {
  it.each<[string, Usage]>([
    ['two counts', counts],
    [
      'every part',
      { ...counts, cacheReadImageTokens: 1, toolCalls: { web_search: 1 }, serviceTier: 'flex', billedUsd: 0.1 },
    ],
    ['unlisted parts', { ...counts, hasUnlistedParts: true, inferenceRegion: 'us', searchContextSize: 'low' }],
  ])('accepts %s', (_, usage) => {
    expect(isUsage(usage)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['no object', 3],
    ['null', null],
    ['a list', []],
    ['one count', { inputTokens: 3 }],
    ['a negative count', { ...counts, cacheReadTokens: -1 }],
    ['a fraction', { ...counts, outputImageTokens: 0.5 }],
    ['a number that is not safe', { ...counts, inputAudioTokens: 1e308 }],
    ['a tier that is no word', { ...counts, serviceTier: 3 }],
    ['a negative bill', { ...counts, billedUsd: -1 }],
    ['an endless bill', { ...counts, billedUsd: Infinity }],
    ['a tool called half a time', { ...counts, toolCalls: { web_search: 0.5 } }],
    ['tools without names', { ...counts, toolCalls: 3 }],
    ['a part that is not known', { ...counts, discountUsd: 1 }],
  ])('refuses %s', (_, value) => {
    expect(isUsage(value)).toBe(false);
  });
});

describe('a usage', () => {
  it('is empty if every count is 0', () => {
    expect(isEmptyUsage({ inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, toolCalls: { web_search: 0 } })).toBe(
      true,
    );
    expect(isEmptyUsage({ inputTokens: 0, outputTokens: 1 })).toBe(false);
    expect(isEmptyUsage({ inputTokens: 0, outputTokens: 0, toolCalls: { web_search: 1 } })).toBe(false);
  });

  it('without the prompt cache keeps what was not cached, and no bill', () => {
    const usage = { ...counts, cacheReadTokens: 1, cacheReadAudioTokens: 1, inputAudioTokens: 2, billedUsd: 1 };
    expect(withoutPromptCache(usage)).toEqual({ ...counts, inputAudioTokens: 2 });
    expect(withoutPromptCache(counts)).toBeUndefined();
  });
});
