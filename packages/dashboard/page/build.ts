// Builds the page into dist/page, unless what is there is newer than its sources: runs before the page is served from a clone.
import { glob, stat } from 'node:fs/promises';
import { join } from 'node:path';

const PACKAGE = join(import.meta.dirname, '..');
const BUILT = join(PACKAGE, 'dist/page/index.html');
const SOURCES = ['page/**/*.{ts,tsx,css,html,svg}', 'src/wire/*.ts', 'package.json'];

/** Makes sure that dist/page is there and of these sources. It prints nothing. @throws what the build says is wrong */
export async function setup(): Promise<void> {
  if (!(await isStale())) return;
  const { build } = await import('vite');
  // Vite takes NODE_ENV into the build: a page that is built while tests run would otherwise be larger.
  const { NODE_ENV: own } = process.env;
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      root: import.meta.dirname,
      configFile: join(import.meta.dirname, 'vite.config.ts'),
      logLevel: 'error',
    });
  } finally {
    if (own === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = own;
  }
}

async function isStale(): Promise<boolean> {
  const builtAt = await changedAt(BUILT);
  if (builtAt === undefined) return true;
  for await (const path of glob(SOURCES, { cwd: PACKAGE })) {
    if (((await changedAt(join(PACKAGE, path))) ?? 0) > builtAt) return true;
  }
  return false;
}

async function changedAt(path: string): Promise<number | undefined> {
  return await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

if (import.meta.main) await setup();
