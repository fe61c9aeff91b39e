// Prints `N passed, N failed` from a vitest JSON report: node scripts/print-test-counts.ts REPORT
import { readFile } from 'node:fs/promises';
import { countTests, type TestReport } from './test-counts.ts';

const [, , report] = process.argv;
if (report === undefined) throw new Error('print-test-counts: name the report');
const { passed, failed } = countTests(JSON.parse(await readFile(report, 'utf8')) as TestReport);
console.log(`${passed} passed, ${failed} failed`);
