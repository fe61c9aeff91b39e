import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, the longest first. Those that mostly wait, for alerts or for a registry, then share their time with others,
 * and the run does not end with one of them alone.
 */
const LONG = [
  'ops/live/live.test.ts',
  'scripts/packed-runtimes.test.ts',
  'scripts/packed-install.test.ts',
  'packages/dashboard/src/page.test.ts',
  'ops/live/demo.test.ts',
];

/** Runs the files that take longest first, and the others as Vitest does: project by project, because the files of most share processes. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const index = LONG.findIndex((path) => moduleId.endsWith(`/${path}`));
  return index === -1 ? LONG.length : index;
}
