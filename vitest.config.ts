import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { LongFilesFirst } from './scripts/long-files-first.ts';
import { settleEnvironment } from './scripts/test-environment.ts';

settleEnvironment(process.env);

const source = { resolve: { conditions: ['tta-source'] }, ssr: { resolve: { conditions: ['tta-source'] } } };

/** Builds the page that the tests of the dashboard serve. */
const PAGE_BUILD = join(import.meta.dirname, 'packages/dashboard/page/build.ts');

/** Each fails a test file that leaves something to the files after it. */
const NOTHING_LEFT = join(import.meta.dirname, 'scripts/nothing-left.ts');
const NO_DIALECT_LEFT = join(import.meta.dirname, 'scripts/no-dialect-left.ts');

/** Builds and packs the packages that the tests of packed installs install. */
const TARBALLS = join(import.meta.dirname, 'scripts/packed-tarballs.ts');

/**
 * Files of observability that replace modules, look at what a process has not seen yet, or measure memory or the event loop. Each has a
 * process of its own.
 */
const ALONE = [
  'acceptance/**/*.test.ts',
  'src/telemetry/{topic-from-outside,topics/ledger}.test.ts',
  'src/llm/dialects/instances.test.ts',
  'src/**/{*-memory,memory-bounds,*-conformance,process,processes,interleavings}.test.ts',
  'src/adapters/http/context-from-request.test.ts',
  'src/primitives/cache/flight/shared-stream.test.ts',
  'src/primitives/timeout/timeout-error.test.ts',
];

/** After so long a test hangs. No test is to fail because the machine is slow, so these limits are far from what a test takes. */
const HANGS = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 60_000 } } };

export default defineConfig({
  ...source,
  test: {
    // One more than there are cores, because some tests wait for a server most of their time.
    maxWorkers: availableParallelism() + 1,
    fsModuleCache: true,
    sequence: { sequencer: LongFilesFirst },
    projects: [
      // First, because its set-up builds the page too, which the set-up of the dashboard then finds.
      {
        extends: true as const,
        test: {
          name: 'packed',
          include: ['scripts/packed-*.test.ts'],
          globalSetup: [TARBALLS],
          ...HANGS,
          testTimeout: 300_000,
        },
      },
      ...['primitives', 'observability', 'observability-alone', 'evaluation', 'conformance', 'dashboard', 'cli'].map(
        (name) => ({
          extends: true as const,
          test: {
            name,
            root: `packages/${name.replace('-alone', '')}`,
            // Only the dashboard has a page, and only the exported package has an acceptance suite.
            include:
              name === 'observability-alone'
                ? ALONE
                : ['src/**/*.test.ts', 'page/**/*.test.ts', 'acceptance/**/*.test.ts'],
            exclude: [...configDefaults.exclude, ...(name === 'observability' ? ALONE : [])],
            globalSetup: name === 'dashboard' ? [PAGE_BUILD] : [],
            // To start a process for each file costs more than most files do.
            isolate: name === 'observability-alone',
            setupFiles: name === 'primitives' ? [NOTHING_LEFT] : [NOTHING_LEFT, NO_DIALECT_LEFT],
            ...HANGS,
          },
        }),
      ),
      {
        extends: true as const,
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['packages/*/src/**/*.test-d.ts'],
            ignoreSourceErrors: true, // `npm run check` reports them
            tsconfig: 'tsconfig.test-d.json', // Vitest checks everything that this file includes
          },
        },
      },
      {
        extends: true as const,
        test: {
          name: 'scripts',
          include: ['{scripts,site}/**/*.test.ts'],
          isolate: false,
          exclude: [...configDefaults.exclude, 'scripts/packed-*.test.ts'],
          ...HANGS,
          testTimeout: 300_000,
        },
      },
      {
        extends: true as const,
        test: { name: 'ops', include: ['ops/**/*.test.ts'], ...HANGS, testTimeout: 300_000, hookTimeout: 300_000 },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['**/packages/*/src/**/*.ts', 'src/**/*.ts'], // the second is for a run of one project, whose root it is
      exclude: ['**/*.test.ts', '**/*.test-d.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 90 },
    },
  },
});
