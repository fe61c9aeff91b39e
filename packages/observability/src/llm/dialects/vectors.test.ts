import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DialectVectors, dialectConformance } from 'tta-conformance';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_DIALECTS } from './built-in.ts';

const files = globSync('*/vectors/*.json', { cwd: import.meta.dirname })
  .sort()
  .map((path) => JSON.parse(readFileSync(join(import.meta.dirname, path), 'utf8')) as DialectVectors);

describe.each(BUILT_IN_DIALECTS.map((dialect) => [dialect.name, dialect] as const))('%s', (name, dialect) => {
  const vectors = files.filter((file) => file.dialect === name).flatMap((file) => file.vectors);
  const others = BUILT_IN_DIALECTS.filter((other) => other !== dialect);
  it.each(dialectConformance({ dialect, vectors, others }))('$title', ({ run }) => run());
});

it('names a dialect that exists in every file of vectors', () => {
  const names = BUILT_IN_DIALECTS.map(({ name }) => name);
  expect(files.map(({ dialect }) => dialect).filter((dialect) => !names.includes(dialect))).toEqual([]);
});
