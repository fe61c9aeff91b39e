import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build as buildByEsbuild } from 'esbuild';
import { build, type Rollup } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './workspace.ts';

/** What each adapter exports. */
const ENTRIES: readonly (readonly [subpath: string, name: string])[] = [
  ['fetch', 'ttaFetch'],
  ['http', 'contextFromRequest'],
  ['openai', 'observe'],
  ['anthropic', 'observe'],
  ['google', 'observe'],
  ['bedrock', 'observe'],
  ['ai-sdk', 'routedModel'],
];

/** Packages of the users of adapters, which an adapter must not bring. */
const OF_USERS = /node_modules\/(?:openai|@anthropic-ai|@google|@aws-sdk|@smithy|express|fastify|hono|ai)\//;

/** A program that uses an adapter. It is in the workspace, where its packages are found. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(root, 'node_modules', '.bundles-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A bundle, and what it is made of. */
interface Bundle {
  readonly exports: readonly string[];
  /** What it imports when it runs. */
  readonly imports: readonly string[];
  readonly modules: readonly string[];
}

async function entryOf(subpath: string, name: string): Promise<string> {
  const entry = join(folder, `${subpath}.js`);
  await writeFile(entry, `export { ${name} } from 'tta-observability-integration/${subpath}';\n`);
  return entry;
}

async function byVite(entry: string): Promise<Bundle> {
  const result = await build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['tta-source'] },
    ssr: { noExternal: true, resolve: { conditions: ['tta-source'] } },
    build: { ssr: entry, write: false, minify: false, target: 'node22' },
  });
  const { output } = (Array.isArray(result) ? result[0] : result) as Rollup.RollupOutput;
  const { exports, imports, moduleIds } = output[0];
  return { exports, imports, modules: moduleIds };
}

async function byEsbuild(entry: string): Promise<Bundle> {
  const { metafile, warnings } = await buildByEsbuild({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    logLevel: 'silent',
    conditions: ['tta-source'],
  });
  expect(warnings).toEqual([]);
  const [output] = Object.values(metafile.outputs);
  if (output === undefined) throw new Error('esbuild has made no bundle');
  const { exports, imports, inputs } = output;
  return {
    exports,
    imports: imports.map(({ path }) => path),
    modules: Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? path : [])),
  };
}

describe.each([
  ['Vite', byVite],
  ['esbuild', byEsbuild],
])('an adapter, bundled by %s', (_, bundled) => {
  it.each(ENTRIES)('%s needs no package beside it, and brings no SDK', async (subpath, name) => {
    const { exports, imports, modules } = await bundled(await entryOf(subpath, name));
    expect(exports).toEqual([name]);
    expect(imports.filter((specifier) => !isBuiltin(specifier))).toEqual([]);
    expect(modules.some((id) => id.includes('packages/observability/src/adapters'))).toBe(true);
    expect(modules.filter((id) => OF_USERS.test(id))).toEqual([]);
  });

  it('langchain needs the peer @langchain/core alone', async () => {
    const { exports, modules } = await bundled(await entryOf('langchain', 'observe'));
    expect(exports).toEqual(['observe']);
    expect(modules.some((id) => id.includes('node_modules/@langchain/core/'))).toBe(true);
    expect(modules.filter((id) => OF_USERS.test(id) || /@langchain\/(?!core\/)/.test(id))).toEqual([]);
  });
});
