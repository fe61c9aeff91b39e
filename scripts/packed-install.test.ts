import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { foreignEnvironment, run } from './command.ts';
import { type PackedProject, packedProject } from './export/packed-project.ts';
import { quickStartOf } from './readme.ts';
import { readManifest, root } from './workspace.ts';

const INITIALIZATION = /^const observability = .*\n/m;
const CONSTRUCTION = /^const router = /m;

/** The same lines with the initialisation before the construction of every primitive. */
const initializedFirst = (code: string): string => {
  const [line] = INITIALIZATION.exec(code) ?? [];
  if (line === undefined || !CONSTRUCTION.test(code)) throw new Error('the code of the README has been rearranged');
  return code.replace(INITIALIZATION, '').replace(CONSTRUCTION, `${line}const router = `);
};

/** The same lines, and after the shutdown a second initialisation with one more question. */
const initializedTwice = (code: string): string => `${code}
console.log('--- again ---');
const again = await initializeObservability({ serviceName: 'quickstart' });
await workflow.execute({ prompt: 'What is a gauge?' });
console.log(await again.metricsText());
await again.shutdown();
`;

/** A line of the console for the outermost span of an execution. */
const SPAN = /^[\d:.]{12} {2}[0-9a-f]{8} {2}timeout answer {2}.*success/gm;

/** A program without a top-level `await`, which a bundle in CommonJS cannot have. */
const BUNDLED = `
import { initializeObservability } from 'tta-observability-integration';
import { CachePrimitive } from 'tta-observability-integration/primitives';
async function main() {
  const { state, problems, shutdown } = await initializeObservability({ serviceName: 'bundled' });
  await new CachePrimitive((text) => text, { operation: 'answer' }).execute('a');
  console.log(state, problems.map(({ message }) => message));
}
main().finally(() => process.exit());
`;

const METRICS = [
  'timeout_successes_total{operation="answer"} 3',
  'cache_hits_total{operation="answer"} 1',
  'cache_misses_total{operation="answer"} 2',
  'router_decisions_total{route="small",reason="routing_function"} 2',
];

/** For installations from a registry that is slow, or far away. */
const INSTALLATION_MS = 240_000;

const { 'tta-cli': _, ...libraries } = inject('tarballs');
const tarballs = Object.values(libraries);
const code = quickStartOf(await readFile(join(root, 'README.md'), 'utf8')) ?? '';

describe('a packed install with the OpenTelemetry SDK', () => {
  let project: PackedProject;

  beforeAll(async () => {
    const { devDependencies = {} } = await readManifest(root);
    const { peerDependencies = {} } = await readManifest(join(root, 'packages/observability'));
    const packages = Object.entries(devDependencies)
      .filter(([name]) => name.startsWith('@opentelemetry/') && name in peerDependencies)
      .map(([name, version]) => `${name}@${version}`);
    project = await packedProject(tarballs, { packages });
  }, INSTALLATION_MS);

  afterAll(() => project[Symbol.asyncDispose]());

  it.each([
    ['after', (lines: string) => lines],
    ['before', initializedFirst],
  ])('prints spans and metrics when it is initialised %s the construction', async (_, arranged) => {
    const printed = await project.runCode(arranged(code));

    expect(printed).toMatch(/active http:\/\/127\.0\.0\.1:\d+\/metrics/);
    for (const metric of METRICS) expect(printed).toContain(metric);
    expect(printed.match(SPAN)).toHaveLength(3);
  });

  it('prints them again after a shutdown and a second initialisation', async () => {
    const [, printed = ''] = (await project.runCode(initializedTwice(code))).split('--- again ---\n');

    expect(printed).toContain('timeout_successes_total{operation="answer"} 1\n');
    expect(printed).toContain('cache_misses_total{operation="answer"} 1\n');
    expect(printed.match(SPAN)).toHaveLength(1);
  });

  it.each(['cjs', 'esm'] as const)('is found by a bundle beside it, in the form %s', async (format) => {
    const [program, bundle] = [
      join(project.folder, 'bundled.mjs'),
      join(project.folder, `bundle-${format}.${format === 'cjs' ? 'cjs' : 'mjs'}`),
    ];
    await writeFile(program, BUNDLED);
    await build({
      ...{ entryPoints: [program], outfile: bundle, format },
      bundle: true,
      platform: 'node',
      logLevel: 'silent',
    });
    const env = { ...foreignEnvironment(), OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
    const printed = await run(process.execPath, [bundle], { cwd: tmpdir(), env, timeoutMs: 60_000 });
    expect(printed).toMatch(/ {2}cache answer {2}.*success/);
    expect(printed).toContain('active []');
  });

  // Turbopack replaces an import without its comment by an error, and so does webpack.
  it('is imported with the comments by which bundlers leave an import alone', async () => {
    const file = join(project.folder, 'node_modules/tta-observability-integration/dist/optional-peer.js');
    expect(await readFile(file, 'utf8')).toContain(
      'import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ name)',
    );
  });
});
