// The configuration of the tests that mutants are tried with: one package, one worker, sources with their mutants built in.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { root } from '../workspace.ts';
import { PLAN_VARIABLE, type Plan } from './plan.ts';
import { switchedText } from './switched.ts';

const plan = JSON.parse(readFileSync(process.env[PLAN_VARIABLE] ?? '', 'utf8')) as Plan;
const mutantsByPath = Map.groupBy(plan.mutants, ({ path }) => path);

const mutants: Plugin = {
  name: 'mutants',
  enforce: 'pre',
  transform(text, id) {
    const found = mutantsByPath.get(relative(root, id));
    return found === undefined ? undefined : { code: switchedText(text, found), map: null };
  },
};

class PlannedOrder extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.toSorted((a, b) => plan.tests.indexOf(a.moduleId) - plan.tests.indexOf(b.moduleId)));
  }
}

export default defineConfig({
  plugins: [mutants],
  resolve: { conditions: ['tta-source'] },
  ssr: { resolve: { conditions: ['tta-source'] } },
  test: {
    root: plan.folder,
    include: plan.tests.map((test) => relative(plan.folder, test)),
    runner: `${import.meta.dirname}/mutation-runner.ts`,
    sequence: { sequencer: PlannedOrder },
    maxWorkers: 1,
    fileParallelism: false,
    reporters: [{}],
    fsModuleCache: false, // it would give a source without its mutants, or with those of another run
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
