import { describe, expect, it } from 'vitest';
import { countTests, namesOfFailed, reportOf } from './test-counts.ts';

const file = (status: string, ...tests: string[]) => ({
  name: `${status}.test.ts`,
  status,
  assertionResults: tests.map((test, index) => ({ status: test, fullName: `test ${index}` })),
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

describe('namesOfFailed', () => {
  it('names each test that failed, and a file that names none', () => {
    const testResults = [file('passed', 'passed'), file('failed', 'passed', 'failed'), file('failed')];
    expect(namesOfFailed({ testResults })).toEqual(['test 1', 'failed.test.ts']);
  });
});

describe('reportOf', () => {
  it('reads the files that had ended when the run was stopped in the middle of a line', () => {
    const files = [file('passed', 'passed', 'skipped'), file('failed', 'failed')];
    const lines = `${files.map((each) => JSON.stringify(each)).join('\n')}\n{"name":"cut`;
    expect(countTests(reportOf(lines))).toEqual({ passed: 1, failed: 1 });
    expect(reportOf('')).toEqual({ testResults: [] });
  });
});
