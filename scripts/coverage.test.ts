import { expect, it } from 'vitest';
import { type CoverageSummary, coverageFindings } from './coverage.ts';

const lines = (covered: number, total = 10) => ({ lines: { covered, total } });

const summary: CoverageSummary = {
  total: lines(0),
  '/root/packages/a/src/one.ts': lines(10),
  '/root/packages/a/src/two.ts': lines(8),
  '/root/packages/ab/src/one.ts': lines(8),
};

it('finds nothing in a package that is covered', () => {
  expect(coverageFindings(summary, ['/root/packages/a'], 90)).toEqual([]);
});

it('names a package that is covered too little', () => {
  expect(coverageFindings(summary, ['/root/packages/a', '/root/packages/ab'], 90)).toEqual([
    '/root/packages/ab: 80.0 % of the lines are covered, and at least 90 % must be',
  ]);
});

it('names a package of which nothing was measured', () => {
  expect(coverageFindings(summary, ['/root/packages/c'], 90)).toEqual(['/root/packages/c: no line of it was measured']);
});
