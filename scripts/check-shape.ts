// Checks the shape of the repository and of its packages: run by `npm run check:shape`, after the build.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copies } from './shape/copies.ts';
import { longFiles, readmeDrift, runtimeDependencies, unequalVersions } from './shape/findings.ts';
import { houseFindings } from './shape/house.ts';
import { indexFindings, type Lockfile, licenceFindings, manifestFindings } from './shape/release.ts';
import { tarballFindings } from './shape/tarball.ts';
import { commentFindings, stringFindings, wordFindings } from './shape/words.ts';
import { filesOf, publishedPackages, root } from './workspace.ts';

const sources = await filesOf('packages/*/src/**/*.ts');
/** The page runs in a browser: no hot path, and its texts name clients of providers. */
const page = await filesOf('packages/dashboard/page/**/*.{ts,tsx,css}');
const pages = await filesOf([
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/**/*.md',
  'packages/*/README.md',
  '.changeset/*.md',
]);
const packages = await publishedPackages();
const manifests = packages.map(({ manifest }) => manifest);
const [readme, example, lockfile] = await Promise.all(
  ['README.md', 'examples/quickstart.ts', 'package-lock.json'].map((path) => readFile(join(root, path), 'utf8')),
);

const findings = [
  ...longFiles([...sources, ...page]),
  ...houseFindings(sources),
  ...copies(page.filter(({ path }) => !path.endsWith('.css'))),
  ...wordFindings(pages),
  ...stringFindings([...sources, ...page]),
  ...commentFindings(sources),
  ...manifests.filter(({ name }) => name === 'tta-dev-primitives').flatMap(runtimeDependencies),
  ...unequalVersions(manifests),
  ...manifests.flatMap(manifestFindings),
  ...sources.filter(({ path }) => path === 'packages/primitives/src/index.ts').flatMap(indexFindings),
  ...licenceFindings(JSON.parse(lockfile ?? '') as Lockfile),
  ...readmeDrift(readme ?? '', example ?? ''),
  ...(await Promise.all(packages.map(tarballFindings))).flat(),
];

for (const finding of findings) console.error(finding);
if (findings.length > 0) process.exitCode = 1;
else console.log(`The shape of ${packages.length} packages is right.`);
