import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import { isSource, type SourceFile } from '../shape/source-text.ts';
import { filesOf, root } from '../workspace.ts';
import { changedLinesOf } from './changed-lines.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { type MutationOptions, MutationRefusal } from './options.ts';

/** All mutants of the sources that are asked for. */
export async function mutantsIn({ paths, changedSince }: MutationOptions): Promise<readonly Mutant[]> {
  const changed = changedSince === undefined ? undefined : changedLinesOf(await diffSince(changedSince));
  const files = await sourcesOf(paths);
  return files
    .filter(({ path }) => changed === undefined || changed.has(path))
    .flatMap(({ path, text }) => mutantsOf(path, text))
    .filter(({ path, line }) => changed === undefined || changed.get(path)?.has(line) === true);
}

async function sourcesOf(paths: readonly string[]): Promise<readonly SourceFile[]> {
  const patterns = paths.length === 0 ? ['packages/*/src/**/*.ts'] : await Promise.all(paths.map(patternOf));
  return (await filesOf(patterns)).filter(({ path }) => isSource(path));
}

async function patternOf(path: string): Promise<string> {
  const found = await stat(join(root, path)).catch(() => undefined);
  if (found === undefined || !/^packages\/[^/]+\/src(\/|$)/.test(path)) {
    throw new MutationRefusal(`${path} is not a file or folder of packages/*/src`);
  }
  return found.isDirectory() ? `${path}/**/*.ts` : path;
}

/**
 * What the sources differ in from a commit.
 *
 * @param commit - if it is empty: where the branch left main; on main, the commit before the last
 */
export async function diffSince(commit: string, cwd: string = root): Promise<string> {
  const base = commit === '' ? await defaultBase(cwd) : commit;
  const format = ['-U0', '--no-color', '--no-ext-diff', '--diff-filter=d'];
  return git(cwd, 'diff', ...format, base, '--', ':(glob)packages/*/src/**').catch(() => {
    throw new MutationRefusal(`git cannot compare with ${base}`);
  });
}

async function defaultBase(cwd: string): Promise<string> {
  const head = await git(cwd, 'rev-parse', 'HEAD').catch(() => {
    throw new MutationRefusal('--changed needs a git repository with a commit');
  });
  const fork = await git(cwd, 'merge-base', 'HEAD', 'main').catch(() => head);
  return fork === head ? 'HEAD~1' : fork.trim();
}

function git(cwd: string, ...args: readonly string[]): Promise<string> {
  return run('git', args, { cwd });
}
