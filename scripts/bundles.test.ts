import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
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
];

/** Packages of the users of adapters, which an adapter must not bring. */
const OF_USERS = /node_modules\/(?:openai|@anthropic-ai|@google|@aws-sdk|@smithy|express|fastify|hono|ai)\//;

/** A program that uses an adapter. It is in the workspace, where its packages are found. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(root, 'node_modules', '.bundles-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function bundled(subpath: string, name: string): Promise<Rollup.OutputChunk> {
  const entry = join(folder, `${subpath}.js`);
  await writeFile(entry, `export { ${name} } from 'tta-observability-integration/${subpath}';\n`);
  const result = await build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['tta-source'] },
    ssr: { noExternal: true, resolve: { conditions: ['tta-source'] } },
    build: { ssr: entry, write: false, minify: false, target: 'node22' },
  });
  const { output } = (Array.isArray(result) ? result[0] : result) as Rollup.RollupOutput;
  return output[0];
}

describe('an adapter, bundled by Vite', () => {
  it.each(ENTRIES)('%s needs no package beside it, and brings no SDK', async (subpath, name) => {
    const { imports, exports, moduleIds } = await bundled(subpath, name);
    expect(exports).toEqual([name]);
    expect(imports.filter((specifier) => !isBuiltin(specifier))).toEqual([]);
    expect(moduleIds.some((id) => id.includes('packages/observability/src/adapters'))).toBe(true);
    expect(moduleIds.filter((id) => OF_USERS.test(id))).toEqual([]);
  });
});
