import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runToEnd } from './command.ts';
import { root } from './workspace.ts';

const primitives = 'packages/primitives/src';
const observability = 'packages/observability/src';
const evaluation = 'packages/evaluation/src';
const conformance = 'packages/conformance/src';
const cli = 'packages/cli/src';

/** A folder, something a file in it must not import, and why not. */
const FORBIDDEN: readonly (readonly [folder: string, imported: string])[] = [
  [primitives, 'tta-observability-integration'],
  [primitives, '@opentelemetry/api'],
  [primitives, 'lru-cache'],
  [primitives, '../../observability/src/index.ts'],
  [observability, 'tta-cli'],
  [observability, 'tta-evaluation'],
  [observability, 'tta-conformance'],
  [evaluation, 'tta-cli'],
  [evaluation, 'tta-conformance'],
  [conformance, 'tta-evaluation'],
  [cli, 'lru-cache'],
  [cli, '../../primitives/src/index.ts'],
  [`${observability}/apm`, '../../../primitives/src/index.ts'],
  [`${observability}/apm`, '../primitives/index.ts'],
  [`${observability}/apm`, '../llm/index.ts'],
  [`${observability}/apm`, '../adapters/fetch.ts'],
  [`${observability}/apm`, '../index.ts'],
  [`${observability}/telemetry`, '../apm/problem.ts'],
  [`${observability}/telemetry`, '../index.ts'],
  [`${observability}/telemetry`, '../primitives/cache/cache-primitive.ts'],
  [`${observability}/telemetry`, '../primitives/cache/facts.ts'],
  [`${observability}/telemetry`, '../llm/money/price.ts'],
  [`${observability}/telemetry/topics`, '../../apm/problem.ts'],
  [`${observability}/telemetry/topics`, '../../primitives/cache/cache-primitive.ts'],
  [`${observability}/telemetry/topics`, '../../llm/money/price.ts'],
  ...['router', 'cache', 'timeout', 'another'].flatMap((primitive) =>
    [
      '@opentelemetry/api',
      '@opentelemetry/sdk-metrics',
      '../../apm/problem.ts',
      '../../telemetry/metric.ts',
      '../../adapters/fetch.ts',
      '../../index.ts',
      '../index.ts',
      'tta-observability-integration',
      primitive === 'cache' ? '../router/facts.ts' : '../cache/facts.ts',
      primitive === 'timeout' ? '../router/facts.ts' : '../timeout/facts.ts',
    ].map((imported) => [`${observability}/primitives/${primitive}`, imported] as const),
  ),
  [`${observability}/primitives/cache/store`, '../../router/facts.ts'],
  [`${observability}/primitives/cache/store`, '../../../telemetry/metric.ts'],
  [`${observability}/primitives/cache/store/guard`, '../../../router/facts.ts'],
  [`${observability}/primitives/cache/store/guard`, '../../../index.ts'],
  ...['@opentelemetry/api', '../telemetry/metric.ts', '../primitives/cache/facts.ts', '../llm/money/price.ts'].map(
    (imported) => [`${observability}/learning`, imported] as const,
  ),
  [`${observability}/llm`, '@opentelemetry/api'],
  [`${observability}/llm`, '../learning/index.ts'],
  [`${observability}/llm`, '../apm/problem.ts'],
  [`${observability}/llm`, '../telemetry/metric.ts'],
  [`${observability}/llm`, '../primitives/cache/facts.ts'],
  [`${observability}/llm`, '../index.ts'],
  [`${observability}/adapters`, '@opentelemetry/api'],
  [`${observability}/adapters`, '../apm/problem.ts'],
  [`${observability}/adapters`, '../telemetry/metric.ts'],
];

const ALLOWED: readonly (readonly [folder: string, imported: string])[] = [
  [primitives, 'node:util'],
  [observability, 'tta-dev-primitives'],
  [evaluation, 'tta-observability-integration/learning'],
  [conformance, 'tta-observability-integration/llm'],
  [cli, 'tta-evaluation'],
  [cli, 'tta-observability-integration/primitives'],
  [`${observability}/apm`, '../telemetry/spans.ts'],
  [`${observability}/apm`, '@opentelemetry/api'],
  [`${observability}/telemetry/topics`, '../../primitives/cache/facts.ts'],
  [`${observability}/telemetry/topics`, '../../llm/call/facts.ts'],
  [`${observability}/primitives`, './cache/facts.ts'],
  [`${observability}/primitives/cache`, '../../llm/usage.ts'],
  [`${observability}/primitives/cache`, '../priced-step.ts'],
  [`${observability}/primitives/cache`, '../../learning/features.ts'],
  [`${observability}/primitives/cache/store`, '../facts.ts'],
  [`${observability}/primitives/cache/store`, '../../priced-step.ts'],
  [`${observability}/primitives/cache/store`, '../../../llm/usage.ts'],
  [`${observability}/primitives/cache/store/guard`, '../../key/cache-key.ts'],
  [`${observability}/primitives/cache/store/guard`, '../../../../llm/usage.ts'],
  [`${observability}/adapters`, '../primitives/index.ts'],
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

for (const [folder, imported] of [...FORBIDDEN, ...ALLOWED]) {
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
  folder = await mkdtemp(join(tmpdir(), 'tta-layers-'));
  const manifests = ['primitives', 'observability', 'evaluation', 'conformance', 'cli'].map(
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
  it.each(FORBIDDEN)('refuses that %s imports %s', (from, imported) => {
    expect(refused).toContain(pathOf(from, imported));
  });

  it.each(ALLOWED)('allows that %s imports %s', (from, imported) => {
    expect(refused).not.toContain(pathOf(from, imported));
  });

  it.each([...mistakePaths])('refuses %s', (_name, path) => {
    expect(refused).toContain(path);
  });

  it('refuses files that import each other', () => {
    expect(refused).toContain(`${cli}/one.ts`);
  });
});
