import { breakerCases, retryCases, runCase } from 'tta-conformance';
import { describe, expect, test } from 'vitest';
import { ownBreaker, ownRetry } from './__fixtures__/conformance-adapters.ts';

describe('the retry', () => {
  test.each(retryCases.map((rule) => [rule.id, rule.title, rule] as const))('%s: it %s', async (_id, _title, rule) => {
    expect(await runCase(rule, ownRetry)).toMatchObject({ verdict: 'pass', detail: '' });
  });
});

describe('the breaker', () => {
  test.each(breakerCases.map((rule) => [rule.id, rule.title, rule] as const))(
    '%s: it %s',
    async (_id, _title, rule) => {
      expect(await runCase(rule, ownBreaker)).toMatchObject({ verdict: 'pass', detail: '' });
    },
  );
});
