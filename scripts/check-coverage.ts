// Checks what a whole run of the tests has covered: run after `npm test -- --coverage`.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CoverageSummary, coverageFindings } from './coverage.ts';
import { publishedPackages, root } from './workspace.ts';

const summary = JSON.parse(await readFile(join(root, 'coverage/coverage-summary.json'), 'utf8')) as CoverageSummary;
const folders = (await publishedPackages()).map(({ folder }) => join(root, folder, 'src'));

const findings = coverageFindings(summary, folders, 90);
for (const finding of findings) console.error(finding);
if (findings.length > 0) process.exitCode = 1;
