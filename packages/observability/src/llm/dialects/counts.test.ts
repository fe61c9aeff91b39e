import { expect, test } from 'vitest';
import type { Usage } from '../money/usage.ts';
import { type Counts, gatherCounts, placesOf, risen } from './counts.ts';

test('counts of a stream never fall', () => {
  const told = { inputTokens: 900, outputTokens: 3, toolCalls: { web_search: 1 } };
  expect(risen<Usage>(undefined, told)).toBe(told);
  expect(risen<Usage>(told, undefined)).toBe(told);
  expect(
    risen<Usage>(told, { inputTokens: 0, outputTokens: 30, reasoningTokens: 9, toolCalls: { file_search: 2 } }),
  ).toEqual({ inputTokens: 900, outputTokens: 30, reasoningTokens: 9, toolCalls: { web_search: 1, file_search: 2 } });
});

test('a later word or list counts, unless it holds less', () => {
  expect(risen<object>({ tier: 'flex', details: [1, 2] }, { tier: 'priority', details: [1] })).toEqual({
    tier: 'priority',
    details: [1, 2],
  });
  expect(risen<object>({ tier: 'flex' }, { tier: null })).toEqual({ tier: 'flex' });
});

test('counts are gathered from every place that states them, and keep the largest', () => {
  const places = placesOf<'read'>({ cached: 'read', details: placesOf<'read'>({ cached_tokens: 'read' }) });
  const counts: Counts<'read'> = { read: undefined };
  gatherCounts({ cached: 3, details: { cached_tokens: 7 } }, places, counts);
  gatherCounts({ cached: 0, details: { cached_tokens: -1 }, other: 99 }, places, counts);
  expect(counts).toEqual({ read: 7 });
});
