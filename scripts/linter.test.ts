import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runToEnd } from './command.ts';
import { root } from './workspace.ts';

const primitives = 'packages/primitives/src';
const observability = 'packages/observability/src';
const evaluation = 'packages/evaluation/src';
const cli = 'packages/cli/src';

/** A folder, and a package that it does not declare. */
const UNDECLARED: readonly (readonly [folder: string, imported: string])[] = [
  [primitives, 'lru-cache'],
  [primitives, 'tta-observability-integration'],
  [observability, 'tta-conformance'], // for its tests only
  [evaluation, 'tta-conformance'],
  [cli, 'lru-cache'],
];

const MISTAKES: Readonly<Record<string, string>> = {
  'a promise that nobody awaits':
    'async function work(): Promise<void> {}\nexport function start(): void {\n  work();\n}\n',
  'output to the console': "console.log('hello');\nexport {};\n",
  'an unnamed list of exports': "export * from './other.ts';\n",
  any: 'export const value: any = 1;\n',
  'a built-in without its prefix': "import { inspect } from 'util';\n\nexport const value: unknown = inspect;\n",
  'an import without its extension': "import { value } from './one';\n\nexport const same: unknown = value;\n",
};

/** The text of every planted file, by its path. */
const planted = new Map<string, string>();

const pathOf = (folder: string, imported: string): string => `${folder}/imports-${imported.replace(/\W+/g, '-')}.ts`;

for (const [folder, imported] of UNDECLARED) {
  planted.set(
    pathOf(folder, imported),
    `import { value } from '${imported}';\n\nexport const same: unknown = value;\n`,
  );
}
const mistakePaths = new Map(Object.keys(MISTAKES).map((name, index) => [name, `${cli}/mistake-${index}.ts`]));
for (const [name, path] of mistakePaths) planted.set(path, MISTAKES[name] ?? '');
planted.set(`${cli}/one.ts`, "import { two } from './two.ts';\n\nexport const one = (): unknown => two;\n");
planted.set(`${cli}/two.ts`, "import { one } from './one.ts';\n\nexport const two = (): unknown => one;\n");

interface Report {
  readonly diagnostics: readonly { readonly severity: string; readonly location: { readonly path: string } }[];
}

let folder: string;
const refused = new Set<string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-linter-'));
  const manifests = ['primitives', 'observability', 'evaluation', 'conformance', 'dashboard', 'cli'].map(
    (name) => `packages/${name}/package.json`,
  );
  for (const path of ['biome.json', '.gitignore', 'package.json', ...manifests]) {
    await cp(join(root, path), join(folder, path));
  }
  for (const [path, text] of planted) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const biome = join(root, 'node_modules/.bin/biome');
  const { stdout } = await runToEnd(biome, ['lint', '--reporter=json', '--max-diagnostics=none'], { cwd: folder });
  for (const { severity, location } of (JSON.parse(stdout) as Report).diagnostics) {
    if (severity === 'error') refused.add(location.path);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the linter', () => {
  it.each(UNDECLARED)('refuses that %s imports %s', (from, imported) => {
    expect(refused).toContain(pathOf(from, imported));
  });

  it.each([...mistakePaths])('refuses %s', (_name, path) => {
    expect(refused).toContain(path);
  });

  it('refuses files that import each other', () => {
    expect(refused).toContain(`${cli}/one.ts`);
  });
});
