import { posix } from 'node:path';
import { importsOf } from '../shape/imports.ts';
import type { SourceFile } from '../shape/source-text.ts';

/**
 * The test files that import one of the targets, directly or through others, the nearest first.
 *
 * @param files - all files of the package, tests included
 * @param targets - paths of files that have mutants
 */
export function testFilesOf(files: readonly SourceFile[], targets: readonly string[]): readonly string[] {
  const importers = Map.groupBy(importsOf(files), ({ target }) => target);
  const found = new Set<string>(targets);
  // A set that grows while it is read is read to its end.
  for (const path of found) for (const { from } of importers.get(path) ?? []) found.add(from);
  const distance = (test: string): number => Math.min(...targets.map((target) => distanceBetween(test, target)));
  return [...found]
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => ({ path, far: distance(path) }))
    .sort((a, b) => a.far - b.far || a.path.localeCompare(b.path))
    .map(({ path }) => path);
}

/** How many folders lie between a test and a file; 0 is the test named after the file. */
function distanceBetween(test: string, target: string): number {
  if (test === target.replace(/\.ts$/, '.test.ts')) return 0;
  const way = posix.relative(posix.dirname(test), posix.dirname(target));
  return way === '' ? 1 : 1 + way.split('/').length;
}
