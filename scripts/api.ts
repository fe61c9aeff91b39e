// Writes a report on the public API of each package into `api/`: npm run api. With --check it compares them instead.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ApiReport, apiReports } from './api/api-report.ts';
import { apiDrift } from './api/drift.ts';
import { type EntryPoint, entryPoints } from './entry-points.ts';
import { publishedPackages, root } from './workspace.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const folder = join(root, 'api');
await mkdir(folder, { recursive: true });

const committed = await Promise.all(
  (await readdir(folder)).map(async (fileName) => ({ fileName, text: await readFile(join(folder, fileName), 'utf8') })),
);
const built: ApiReport[] = [];
for (const published of await publishedPackages()) {
  const entries = entryPoints(published).filter(({ subpath }) => subpath !== './internal'); // no promise is made of it
  built.push(...(await apiReports(join(root, published.folder), entries.map(entryOf))));
}
const findings = apiDrift(committed, built);

if (!values.check) {
  const names = new Set(built.map(({ fileName }) => fileName));
  await Promise.all([
    ...built.map(({ fileName, text }) => writeFile(join(folder, fileName), text)),
    ...committed.filter(({ fileName }) => !names.has(fileName)).map(({ fileName }) => rm(join(folder, fileName))),
  ]);
  console.log(`${built.length} reports in api/, ${findings.length} changed.`);
} else if (findings.length > 0) {
  for (const finding of findings) console.error(finding);
  console.error('If the change is meant, run `npm run api` and commit what it writes.');
  process.exitCode = 1;
} else {
  console.log(`The ${built.length} reports in api/ are those of the built packages.`);
}

function entryOf({ specifier, declarations }: EntryPoint) {
  return { fileName: `${specifier.replaceAll('/', '.')}.api.md`, declarations };
}
