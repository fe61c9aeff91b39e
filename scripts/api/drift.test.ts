import { expect, it } from 'vitest';
import { apiDrift } from './drift.ts';

const report = (text: string) => [{ fileName: 'p.api.md', text }];

it('accepts reports that are the same', () => {
  expect(apiDrift(report('a\nb\n'), report('a\nb\n'))).toEqual([]);
});

it('names the first line that differs', () => {
  expect(apiDrift(report('a\n    b: string;\n'), report('a\n    b: number;\n'))).toEqual([
    'api/p.api.md:2: the report says `b: string;`, and the built package declares `b: number;`',
  ]);
});

it('names what has gone at the end', () => {
  expect(apiDrift(report('a\nb'), report('a'))).toEqual([
    'api/p.api.md:2: the report says `b`, and the built package declares nothing',
  ]);
});

it('names a report that was not committed', () => {
  expect(apiDrift([], report('a'))).toEqual(['api/p.api.md: this report is missing']);
});

it('names a report whose import path is gone', () => {
  expect(apiDrift(report('a'), [])).toEqual(['api/p.api.md: no package has this import path any more']);
});
