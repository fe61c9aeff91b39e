import { describe, expect, it } from 'vitest';
import { countTests } from './test-counts.ts';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});

describe('countTests', () => {
  it('counts over all files, and skipped tests as neither', () => {
    const testResults = [file('passed', 'passed', 'passed', 'skipped'), file('failed', 'passed', 'failed')];
    expect(countTests({ testResults })).toEqual({ passed: 3, failed: 1 });
  });

  it('counts a file that fails without a failed test as one failure', () => {
    expect(countTests({ testResults: [file('failed'), file('failed', 'passed')] })).toEqual({ passed: 1, failed: 2 });
  });
});
