import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../workspace.ts';
import { mutantsOf } from './mutants.ts';
import { changeOf } from './survivors.ts';
import { tryMutants } from './trial.ts';

const SOURCE = `const MAX = 3;
const kept: number[] = [];
export function keep(value: number): number {
  if (kept.length < MAX) kept.push(value);
  let rounds = value;
  while (rounds > 0) rounds -= 1;
  return rounds;
}
export function forget(): void {
  kept.length = 0;
}
export function size(): number {
  return kept.length;
}
`;

/** Never reaches the limit, and never forgets anything. Without a step of the loop it would not end. */
const TEST = `import { expect, it } from 'vitest';
import { forget, keep, size } from './kept.ts';
it('keeps two', () => {
  forget();
  keep(1);
  expect(keep(2)).toBe(0);
  expect(size()).toBe(2);
});
`;

it('names the changes that no test notices, and stops those that never end', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mutated-')));
  try {
    await writeFile(join(folder, 'kept.ts'), SOURCE);
    await writeFile(join(folder, 'kept.test.ts'), TEST);
    const path = relative(root, join(folder, 'kept.ts'));
    const mutants = mutantsOf(path, SOURCE).map((mutant, id) => ({ ...mutant, id }));
    const trial = { folder, tests: [join(folder, 'kept.test.ts')], endsAt: Infinity, onEvent: () => {} };
    await tryMutants({ ...trial, mutants: mutants.slice(0, 1) }); // a run leaves nothing to the next
    const { killedBy, unusable } = await tryMutants({ ...trial, mutants });
    expect(unusable).toEqual(new Set());
    const survivors = mutants.filter(({ id }) => !killedBy.has(id)).map((mutant) => changeOf(mutant, SOURCE));
    expect(survivors).toEqual([
      '3 -> 4',
      'kept.length < MAX -> true',
      'kept.length < MAX -> (kept.length) <= (MAX)',
      '1 -> 2',
      'returns at once',
      'without kept.length = 0;',
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
