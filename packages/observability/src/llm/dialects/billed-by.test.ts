import { expect, test } from 'vitest';
import { regionOf, tierOf, tierOfBoth, toolCallsIn } from './billed-by.ts';

test('a standard tier and a region without a price are left out', () => {
  expect(['default', 'Standard', 'AUTO', '', null].map(tierOf)).toEqual(Array(5).fill(undefined));
  expect(['global', 'not_available', '', 7].map(regionOf)).toEqual(Array(4).fill(undefined));
  expect([tierOf('FLEX'), regionOf('US')]).toEqual(['flex', 'us']);
});

test('two tiers together have a name of their own', () => {
  expect(tierOfBoth('priority', 'fast')).toBe('priority_fast');
  expect([tierOfBoth('standard', 'fast'), tierOfBoth('flex', undefined)]).toEqual(['fast', 'flex']);
  expect(tierOfBoth('standard', undefined)).toBeUndefined();
});

test('calls of tools are named after the tool', () => {
  expect(toolCallsIn({ web_search_requests: 2, x_search_calls: 1, view_image: -1 })).toEqual({
    web_search: 2,
    x_search: 1,
    view_image: 0,
  });
  expect(toolCallsIn('none')).toBeUndefined();
});
