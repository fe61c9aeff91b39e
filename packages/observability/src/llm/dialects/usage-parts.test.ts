import { describe, expect, it, test } from 'vitest';
import { addedUsage, usageOfParts } from './usage-parts.ts';

describe('usageOfParts', () => {
  it('leaves out parts that are not mentioned, and keeps zeros that are', () => {
    const parts = { inputTokens: 5, outputTokens: 2, cacheReadTokens: 0, reasoningTokens: undefined };
    expect(Object.entries(usageOfParts(parts) ?? {})).toEqual([
      ['inputTokens', 5],
      ['outputTokens', 2],
      ['cacheReadTokens', 0],
    ]);
  });

  it.each([
    ['without an input', { inputTokens: undefined, outputTokens: 2 }],
    ['without an output', { inputTokens: 5, outputTokens: undefined }],
    ['of zeros', { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, toolCalls: { web_search: 0 } }],
    [
      'whose cached tokens exceed the input',
      { inputTokens: 5, outputTokens: 2, cacheReadTokens: 4, cacheWriteTokens: 2 },
    ],
    ['whose reasoning exceeds the output', { inputTokens: 5, outputTokens: 2, reasoningTokens: 3 }],
  ])('knows nothing of a usage %s', (_, parts) => {
    expect(usageOfParts(parts)).toBeUndefined();
  });

  it('keeps what was billed without tokens', () => {
    const usage = { inputTokens: 0, outputTokens: 0, toolCalls: { web_search: 1 } };
    expect(usageOfParts(usage)).toEqual(usage);
  });
});

test('the usages of calls add up, and tell how large the largest prompt was', () => {
  const first = { inputTokens: 100, outputTokens: 10, toolCalls: { web_search: 1 }, serviceTier: 'flex', billedUsd: 1 };
  const second = { inputTokens: 150, outputTokens: 20, cacheReadTokens: 90, serviceTier: 'flex', billedUsd: 2 };
  const third = { inputTokens: 50, outputTokens: 1, toolCalls: { web_search: 2 }, serviceTier: 'flex', billedUsd: 3 };
  expect(addedUsage(addedUsage(first, second), third)).toEqual({
    inputTokens: 300,
    largestInputTokens: 150,
    outputTokens: 31,
    cacheReadTokens: 90,
    toolCalls: { web_search: 3 },
    serviceTier: 'flex',
    billedUsd: 6,
  });
});

test('calls at several tiers have no common price, and a bill of one of them is not that of both', () => {
  const flex = { inputTokens: 100, outputTokens: 10, serviceTier: 'flex', billedUsd: 1 };
  const sum = addedUsage(flex, { inputTokens: 100, outputTokens: 10 });
  expect(sum).toMatchObject({ inputTokens: 200, hasUnlistedParts: true });
  expect(sum).not.toHaveProperty('billedUsd');
});
