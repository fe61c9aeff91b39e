import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../command.ts';
import { filesOf } from '../workspace.ts';
import { changedLinesOf } from './changed-lines.ts';
import { mutantsOf } from './mutants.ts';
import { mutationOptions } from './options.ts';
import { isFailed, reportOf, textOf } from './report.ts';
import { intervalOf, sampleOf } from './sample.ts';
import { diffSince } from './sources.ts';
import { knownSurvivors, reasonOf, staleSurvivors } from './survivors.ts';
import { testFilesOf } from './test-files.ts';

it('picks the same sample for the same seed, in the order of the items', () => {
  const items = Array.from({ length: 1_000 }, (_, index) => index);
  const sample = sampleOf(items, 100, 7);
  expect(sample).toEqual(sampleOf(items, 100, 7));
  expect(sample).toHaveLength(100);
  expect(sample).toEqual(sample.toSorted((a, b) => a - b));
  expect(sample).not.toEqual(sampleOf(items, 100, 8));
});

it('gives the interval of Wilson', () => {
  expect(intervalOf(85, 100).map((bound) => bound.toFixed(3))).toEqual(['0.767', '0.907']);
  expect(intervalOf(0, 0)).toEqual([0, 1]);
});

it('reads the lines that a diff adds or changes', () => {
  const diff = `--- a/packages/x/src/a.ts
+++ b/packages/x/src/a.ts
@@ -3 +3,2 @@ function a
-old
+new
+newer
@@ -9,2 +10,0 @@
-gone
-gone
@@ -20 +19 @@
+++ is code here
`;
  expect(changedLinesOf(diff)).toEqual(new Map([['packages/x/src/a.ts', new Set([3, 4, 19])]]));
});

it('takes the lines of sources that a commit or the working tree changes, and no others', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'changed-'));
  const git = (...args: string[]) => run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd });
  const write = (text: string) =>
    Promise.all(['packages/x/src/deep/a.ts', 'packages/x/a.ts'].map((path) => writeFile(join(cwd, path), text)));
  try {
    await mkdir(join(cwd, 'packages/x/src/deep'), { recursive: true });
    await git('init', '--quiet', '--initial-branch=main');
    for (const text of ['1;\n2;\n', '1;\n3;\n']) {
      await write(text);
      await git('add', '.');
      await git('commit', '--quiet', '--message=change');
    }
    await write('1;\n3;\n4;\n');
    expect(changedLinesOf(await diffSince('', cwd))).toEqual(new Map([['packages/x/src/deep/a.ts', new Set([2, 3])]]));
    await expect(diffSince('none', cwd)).rejects.toThrow('git cannot compare with none. See');
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
});

it('finds the tests that import a file, directly or not, the nearest first', () => {
  const files = [
    { path: 'src/a/one.ts', text: '' },
    { path: 'src/a/two.ts', text: "import './one.ts';" },
    { path: 'src/b/two.test.ts', text: "import '../a/two.ts';" },
    { path: 'src/a/one.test.ts', text: "import { one } from './one.ts';" },
    { path: 'src/a/all.test.ts', text: "import './two.ts';" },
    { path: 'src/a/other.test.ts', text: "import './other.ts';" },
  ];
  expect(testFilesOf(files, ['src/a/one.ts'])).toEqual(['src/a/one.test.ts', 'src/a/all.test.ts', 'src/b/two.test.ts']);
});

it.each([
  [[], 'Name a file or a folder, or use --changed. See npm run mutate -- --help.'],
  [['src', '--sample', '0'], '--sample is "0"; it takes a whole number of at least 1. See npm run mutate -- --help.'],
  [['src', '--since', 'main'], '--since needs --changed. See npm run mutate -- --help.'],
])('refuses %j', (args, message) => {
  expect(() => mutationOptions(args)).toThrow(message);
});

it('counts what is undecided as not noticed, and fails for survivors without a reason only', () => {
  const survivor = { path: 'a.ts', line: 1, change: '1 -> 2', reason: undefined };
  const report = (survivors: number, explained: number) =>
    reportOf({ all: 200, tried: 20, killed: 10 }, [
      ...Array.from({ length: survivors }, () => survivor),
      ...Array.from({ length: explained }, () => ({ ...survivor, reason: 'only a name' })),
    ]);
  expect(report(3, 2)).toMatchObject({ undecided: 5, score: 0.5 });
  expect(isFailed(report(6, 4))).toBe(false);
  expect(isFailed(report(7, 0))).toBe(true);
  expect(textOf(report(1, 1))).toBe(`a.ts:1: 1 -> 2
a.ts:1: 1 -> 2
    only a name
10 of 20 changes are noticed: 50.0 %. Of all 200 changes, 29.9 % to 70.1 % (95 % interval).
2 survive, 1 of them without a reason. 8 are undecided.`);
});

it('says that there is nothing to try, and fails if nothing was decided', () => {
  const nothing = reportOf({ all: 0, tried: 0, killed: 0 }, []);
  expect(nothing.score).toBeNull();
  expect(isFailed(nothing)).toBe(false);
  expect(textOf(nothing)).toBe('There is nothing to try: these lines have no code that the command can change.');
  const undecided = reportOf({ all: 40, tried: 40, killed: 0 }, []);
  expect(isFailed(undecided)).toBe(true);
  expect(textOf(undecided)).toContain('None of the 40 changes was decided.');
  expect(isFailed(reportOf({ all: 40, tried: 40, killed: 1 }, []))).toBe(false);
});

it('finds a known survivor by its line and change, and reports those that are no longer in the file', () => {
  const path = 'packages/x/src/a.ts';
  const text = 'export function sum(): number {\n  return 3 + 4;\n}\n';
  const known = { path, line: 'return 3 + 4;', change: '3 + 4 -> (3) - (4)', reason: 'same sum' };
  const reasonsIn = (source: string, ...entries: (typeof known)[]) =>
    mutantsOf(path, source).flatMap((mutant) => reasonOf(entries, mutant, source) ?? []);
  expect(reasonsIn(text, known)).toEqual(['same sum']);
  expect(reasonsIn(`// moved\n${text}`, known)).toEqual(['same sum']);
  const others = [
    { ...known, path: 'packages/x/src/b.ts' },
    { ...known, line: 'return 3 + 5;' },
    { ...known, change: '3 + 4 -> 1' },
  ];
  expect(reasonsIn(text, ...others)).toEqual([]);
  expect(staleSurvivors([known, ...others], { path, text })).toEqual(others.slice(1));
});

it('lists only survivors that their files still have', async () => {
  const known = await knownSurvivors();
  const files = await filesOf([...new Set(known.map(({ path }) => path))]);
  expect(new Set(files.map(({ path }) => path))).toEqual(new Set(known.map(({ path }) => path)));
  expect(files.flatMap((file) => staleSurvivors(known, file))).toEqual([]);
});
