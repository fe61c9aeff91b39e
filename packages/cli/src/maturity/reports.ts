import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { UsageError } from '../usage-error.ts';
import type { Component } from './components.ts';
import { jsonIn } from './json-file.ts';

/** The reports that a component is assessed by. A missing one is undefined. */
export interface Reports {
  readonly coverage: CoverageSummary | undefined;
  readonly tests: TestReport | undefined;
  readonly checks: readonly CheckResult[] | undefined;
}

/** What the reports say of one component. Undefined: no report says anything. */
export interface ComponentReport {
  /** Covered lines as a share of all lines. */
  readonly coverage: number | undefined;
  readonly tests: { readonly passed: number; readonly failed: number; readonly skipped: number } | undefined;
  readonly checksPass: boolean | undefined;
}

/** A coverage summary of istanbul, which vitest, jest, nyc and c8 write as `json-summary`: lines by absolute path. */
type CoverageSummary = Readonly<
  Record<string, { readonly lines: { readonly total: number; readonly covered: number } }>
>;

/** The JSON report of vitest and jest. */
interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** The result of one check. Without a component it is a result of every one. */
interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly component?: string | undefined;
}

/** Where the reports are. An option that is not given means the usual place, and no report if there is no file there. */
export interface ReportFiles {
  readonly coverage?: string | undefined;
  readonly tests?: string | undefined;
  readonly checks?: string | undefined;
}

const USUAL_FILES = {
  coverage: 'coverage/coverage-summary.json',
  tests: 'coverage/tests.json',
  checks: 'coverage/checks.json',
} as const;

/** @throws UsageError in one sentence if a file cannot be read or is not such a report */
export async function readReports(root: string, files: ReportFiles): Promise<Reports> {
  const read = async <Report>(which: keyof ReportFiles, isReport: (content: unknown) => boolean) => {
    const file = files[which] === undefined ? join(root, USUAL_FILES[which]) : resolve(files[which]);
    if (files[which] === undefined && !existsSync(file)) return undefined;
    const content = await jsonIn<unknown>(file);
    if (!isReport(content)) throw new UsageError(`${file} is not a report of ${which}: ${SHAPES[which]}`);
    return content as Report;
  };
  const [coverage, tests, checks] = await Promise.all([
    read<CoverageSummary>('coverage', isCoverageSummary),
    read<TestReport>('tests', (content) => Array.isArray((content as TestReport | null)?.testResults)),
    read<readonly CheckResult[]>('checks', areCheckResults),
  ]);
  return { coverage, tests, checks };
}

const SHAPES: Readonly<Record<keyof ReportFiles, string>> = {
  coverage: 'it must be the json-summary of vitest, jest, nyc or c8',
  tests: 'it must be the JSON report of vitest or jest',
  checks: 'it must be a list of { "name", "passed", "component"? }',
};

function isCoverageSummary(content: unknown): boolean {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return false;
  return Object.values(content).every((file) => Number.isFinite(file?.lines?.total + file?.lines?.covered));
}

function areCheckResults(content: unknown): boolean {
  return (
    Array.isArray(content) &&
    content.every(({ name, passed, component }) =>
      [typeof name === 'string', typeof passed === 'boolean', ['string', 'undefined'].includes(typeof component)].every(
        Boolean,
      ),
    )
  );
}

/** The part of the reports that is about one component. */
export function reportOn(
  { name, folder }: Component,
  root: string,
  { coverage, tests, checks }: Reports,
): ComponentReport {
  const isWithin = (path: string): boolean =>
    (isAbsolute(path) ? path : join(root, path)).startsWith(`${folder}/`) && !path.includes('/node_modules/');
  return {
    coverage: coverage && coverageOf(coverage, isWithin),
    tests: tests && testsOf(tests, isWithin),
    checksPass: checks && passOf(checks.filter(({ component = name }) => component === name)),
  };
}

function coverageOf(summary: CoverageSummary, isWithin: (path: string) => boolean): number | undefined {
  let total = 0;
  let covered = 0;
  for (const [path, { lines }] of Object.entries(summary)) {
    if (path === 'total' || !isWithin(path)) continue;
    total += lines.total;
    covered += lines.covered;
  }
  return total === 0 ? undefined : covered / total;
}

function testsOf({ testResults }: TestReport, isWithin: (path: string) => boolean): ComponentReport['tests'] {
  const files = testResults.filter(({ name }) => isWithin(name));
  if (files.length === 0) return undefined;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of files) {
    // A file that cannot be loaded fails without naming a test.
    if (status === 'failed' && assertionResults.every((test) => test.status !== 'failed')) counts.failed += 1;
    for (const test of assertionResults) {
      if (test.status === 'passed' || test.status === 'failed') counts[test.status] += 1;
      else counts.skipped += 1;
    }
  }
  return counts;
}

function passOf(results: readonly CheckResult[]): boolean | undefined {
  return results.length === 0 ? undefined : results.every(({ passed }) => passed);
}
