// Finds lines that no test guards: run by `npm run mutate`.
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { filesOf, publishedPackages, root } from '../workspace.ts';
import { HELP, type MutationOptions, MutationRefusal, mutationOptions } from './options.ts';
import type { RunEvent } from './plan.ts';
import { isFailed, reportOf, type Survivor, textOf } from './report.ts';
import { sampleOf } from './sample.ts';
import { mutantsIn } from './sources.ts';
import { changeOf, knownSurvivors, reasonOf } from './survivors.ts';
import type { NumberedMutant } from './switched.ts';
import { testFilesOf } from './test-files.ts';
import { tryMutants } from './trial.ts';

// Processes that run tests are ended on exit, so a signal must lead to one.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

try {
  const options = mutationOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(HELP);
  else process.exitCode = await mutate(options);
} catch (error) {
  if (!(error instanceof MutationRefusal)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function mutate(options: MutationOptions): Promise<number> {
  const all = await mutantsIn(options);
  const mutants = sampleOf(all, options.sample, options.seed).map((mutant, id) => ({ ...mutant, id }));
  const endsAt = performance.now() + options.minutes * 60_000;
  const survivors: NumberedMutant[] = [];
  let killed = 0;
  for (const { folder } of await publishedPackages()) {
    const own = mutants.filter(({ path }) => path.startsWith(`${folder}/`));
    if (own.length === 0) continue;
    const nearest = testFilesOf(await filesOf(`${folder}/src/**/*.ts`), [...new Set(own.map(({ path }) => path))]);
    const tests = nearest.slice(0, options.tests).map((test) => join(root, test));
    console.error(`${folder}: ${own.length} changes, ${tests.length} test files`);
    const trial = { folder: join(root, folder), tests, mutants: own, endsAt, onEvent: printEvent };
    const { killedBy, done, unusable } = await tryMutants(trial);
    killed += killedBy.size;
    const isComplete = tests.every((test) => done.has(test) || unusable.has(test));
    if (isComplete) survivors.push(...own.filter(({ id }) => !killedBy.has(id)));
  }
  const report = reportOf({ all: all.length, tried: mutants.length, killed }, await describe(survivors));
  console.log(options.isJson ? JSON.stringify(report, null, 2) : textOf(report));
  return isFailed(report) ? 1 : 0;
}

async function describe(survivors: readonly NumberedMutant[]): Promise<readonly Survivor[]> {
  const known = await knownSurvivors();
  return Promise.all(
    survivors.map(async (mutant) => {
      const text = await readFile(join(root, mutant.path), 'utf8');
      const { path, line } = mutant;
      return { path, line, change: changeOf(mutant, text), reason: reasonOf(known, mutant, text) };
    }),
  );
}

function printEvent(event: RunEvent): void {
  const file = relative(root, event.test);
  if (event.type === 'baseline' && event.isGreen) console.error(`  ${file} reaches ${event.reached.length}`);
  else if (event.type === 'baseline') console.error(`  ${file} is left out, because it fails without a change`);
  else if (event.type === 'unclean')
    console.error(`  ${file} fails after a change was undone; it is tried again later`);
}
