import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import webpack from 'webpack';
import { foreignEnvironment, npmIn, run, runToEnd } from './command.ts';
import { entryPoints } from './entry-points.ts';
import { type PackedProject, packedProject } from './export/packed-project.ts';
import { quickStartOf } from './readme.ts';
import { areServicesRequired } from './services/required-services.ts';
import { publishedPackages, root } from './workspace.ts';

/** For installations, on a machine that is busy or far from the registry. */
const INSTALLATION_MS = 900_000;

/** Import paths that need an optional peer. */
const OF_OPTIONAL_PEERS = ['tta-observability-integration/langchain'];

/** A program of a user, after its imports. */
const PROGRAM = `
const model = ({ prompt }) => ({
  model: 'gpt-4o-mini',
  choices: [{ message: { role: 'assistant', content: prompt }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1_200, completion_tokens: 300, total_tokens: 1_500 },
});
const route = { step: model, model: 'gpt-4o-mini', provider: 'openai' };
const router = new RouterPrimitive({ small: route }, { strategy: () => 'small', defaultRoute: 'small' });
const cache = new CachePrimitive(router, { operation: 'answer', ttlMs: 60_000 });
const workflow = new TimeoutPrimitive(cache, { operation: 'answer', timeoutMs: 60_000 });
const ask = async () => {
  const observability = await initializeObservability({ serviceName: 'consumer' });
  for (const prompt of ['a', 'b', 'a']) await workflow.execute({ prompt });
  console.log(\`\${cache}\`, observability.state);
  await observability.shutdown();
};
ask();
`;
const IMPORTS = `
import { initializeObservability } from 'tta-observability-integration';
import { CachePrimitive, RouterPrimitive, TimeoutPrimitive } from 'tta-observability-integration/primitives';
`;
/** What it prints where no SDK of OpenTelemetry is installed. */
const PRINTED = /^CachePrimitive\(answer: 1\/3 hits.*\) noop$/m;

const readme = quickStartOf(await readFile(join(root, 'README.md'), 'utf8')) ?? '';

/** The libraries that a program of a user imports. */
const LIBRARY = /^tta-(dev-primitives|observability)/;

let project: PackedProject;

beforeAll(async () => {
  const { 'tta-cli': _, ...libraries } = inject('tarballs');
  project = await packedProject(Object.values(libraries));
  await Promise.all([
    writeFile(join(project.folder, 'program.mjs'), IMPORTS + PROGRAM),
    writeFile(join(project.folder, 'program.cjs'), required(IMPORTS) + PROGRAM),
  ]);
}, INSTALLATION_MS);

afterAll(async () => {
  await project?.[Symbol.asyncDispose]();
});

/** The same imports in CommonJS. */
function required(imports: string): string {
  return imports.replaceAll(/import (.*) from (.*);/g, 'const $1 = require($2);');
}

const inProject = (program: string, ...parameters: readonly string[]): Promise<string> =>
  run(program, parameters, { cwd: project.folder, env: foreignEnvironment(), timeoutMs: 240_000 });

describe('a packed install with only the required peers', () => {
  it("runs the README's code without telemetry", async () => {
    const installed = await readdir(join(project.folder, 'node_modules/@opentelemetry'));
    expect(installed).toEqual(['api']);

    const printed = await project.runCode(readme);

    expect(printed).toContain('gpt-4o-mini on "What is a span?"');
    expect(printed).toMatch(/CachePrimitive\(answer: 1\/3 hits/);
    expect(printed).toMatch(
      /noop no metrics endpoint\nOpenTelemetry is not installed .*npm install @opentelemetry\/sdk-trace@/,
    );
  });

  it.each(['nodenext', 'bundler'])(
    'compiles under strict rules, declarations included, with %s',
    async (resolution) => {
      const compilerOptions = {
        ...{ target: 'es2024', module: resolution === 'bundler' ? 'esnext' : 'nodenext', moduleResolution: resolution },
        ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
        ...{ types: ['node'], typeRoots: [join(root, 'node_modules/@types')] },
      };
      await writeFile(join(project.folder, 'code.ts'), readme);
      await writeFile(join(project.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['code.ts'] }));
      await run(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], { cwd: project.folder }); // rejects when it does not
    },
  );

  it('runs in CommonJS, by `require`', async () => {
    expect(await inProject(process.execPath, 'program.cjs')).toMatch(PRINTED);
  });

  it('gives each of its import paths to `require`', async () => {
    const specifiers = (await publishedPackages())
      .filter(({ manifest }) => LIBRARY.test(manifest.name))
      .flatMap((published) => entryPoints(published).map(({ specifier }) => specifier))
      .filter((specifier) => !OF_OPTIONAL_PEERS.includes(specifier));
    const counts = `for (const name of ${JSON.stringify(specifiers)}) console.log(Object.keys(require(name)).length > 0)`;
    await writeFile(join(project.folder, 'paths.cjs'), counts);
    const printed = await inProject(process.execPath, 'paths.cjs');
    expect(printed.trim().split('\n')).toEqual(specifiers.map(() => 'true'));
  });

  it.each(['program.mjs', 'program.cjs'])('is bundled by webpack without a warning, from %s', async (program) => {
    const bundle = `bundle-${program.replace('.', '-')}.cjs`;
    await bundled(program, bundle);
    expect(await inProject(process.execPath, bundle)).toMatch(PRINTED);
  });
});

// The runtimes are downloaded from the registry, which takes minutes.
describe.skipIf(!areServicesRequired('a packed install on Bun, Deno and Node.js 20'))(
  'a packed install, on another runtime',
  () => {
    let runtimes: string;

    beforeAll(async () => {
      runtimes = await mkdtemp(join(tmpdir(), 'tta-runtimes-'));
      await writeFile(join(runtimes, 'package.json'), '{ "private": true }\n');
      await npmIn(runtimes, ['install', '--no-save', 'bun', 'deno', 'node@20'], { timeoutMs: INSTALLATION_MS });
    }, INSTALLATION_MS);

    afterAll(() => rm(runtimes, { recursive: true, force: true }));

    const programOf = (name: string): string => join(runtimes, 'node_modules/.bin', name);

    it.each([
      ['bun', ['run', 'program.mjs']],
      ['bun', ['run', 'program.cjs']],
      ['deno', ['run', '--allow-all', '--node-modules-dir=manual', 'program.mjs']],
      ['deno', ['run', '--allow-all', '--node-modules-dir=manual', 'program.cjs']],
    ])('runs on %s: %j', async (name, parameters) => {
      expect(await inProject(programOf(name), ...parameters)).toMatch(PRINTED);
    });

    it.each(['tta-dev-primitives', 'tta-observability-integration', 'tta-observability-integration/primitives'])(
      'says on Node.js 20 which Node.js is needed, at the import of %s',
      async (specifier) => {
        const code = `import '${specifier}'`;
        const parameters = ['--input-type=module', '-e', code];
        const { exitCode, stderr } = await runToEnd(programOf('node'), parameters, {
          cwd: project.folder,
          env: foreignEnvironment(),
        });
        expect(exitCode).toBe(1);
        expect(stderr).toMatch(/^Error: tta-dev-primitives needs Node.js 22.19 or newer, but this is Node.js 20\./m);
      },
    );
  },
);

/** Bundles a program with webpack. One of the two is minified, which takes most of the time and does not depend on how modules are imported. */
async function bundled(program: string, bundle: string): Promise<void> {
  const compiler = webpack({
    ...{ mode: 'production', target: 'node22.19', context: project.folder, entry: `./${program}` },
    output: { path: project.folder, filename: bundle },
    optimization: { minimize: program.endsWith('.mjs') },
  });
  const { promise, resolve, reject } = Promise.withResolvers<webpack.Stats | undefined>();
  compiler?.run((error, stats) => (error ? reject(error) : resolve(stats)));
  const stats = await promise;
  const { errors = [], warnings = [] } = stats?.toJson({ all: false, errors: true, warnings: true }) ?? {};
  expect([...errors, ...warnings].map(({ message }) => message)).toEqual([]);
}
