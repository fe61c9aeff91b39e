import { describe, expect, it } from 'vitest';
import { isVersionOf } from './model-name.ts';

describe('a version of a model', () => {
  it.each([
    ['gpt-4o', 'gpt-4o'],
    ['gpt-4o-2024-08-06', 'gpt-4o'],
    ['claude-3-5-sonnet-20241022', 'claude-3-5-sonnet'],
    ['claude-3-5-sonnet@20241022', 'claude-3-5-sonnet'],
    ['gemini-1.5-flash-002', 'gemini-1.5-flash'],
    ['claude-3-opus-latest', 'claude-3-opus'],
  ])('%s is one of %s', (named, model) => {
    expect(isVersionOf(named, model)).toBe(true);
  });

  it.each([
    ['gpt-4o-mini', 'gpt-4o'],
    ['gpt-4o-mini-2024-07-18', 'gpt-4o'],
    ['gemini-1.5-flash-8b', 'gemini-1.5-flash'],
    ['llama-3.1-405b', 'llama-3.1'],
    ['gpt-4o', 'gpt-4o-mini'],
    [undefined, 'gpt-4o'],
  ])('%s is none of %s', (named, model) => {
    expect(isVersionOf(named, model)).toBe(false);
  });
});
