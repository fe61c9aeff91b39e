import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = import.meta.dirname;

/** Bundles the page, with packages that are installed here and nowhere else: they are 450 MB. @throws Error with what failed */
export function bundlePage(outFolder: string): void {
  if (!existsSync(join(FOLDER, 'node_modules'))) run('npm', ['ci', '--no-audit', '--no-fund']);
  run(join(FOLDER, 'node_modules/.bin/esbuild'), [
    'page/main.tsx',
    ...['--bundle', '--minify', '--format=esm', '--jsx=automatic', '--log-level=warning'],
    `--outdir=${outFolder}`,
    '--define:process.env.NODE_ENV="production"',
    '--define:global=globalThis',
    ...['svg', 'woff2', 'woff', 'ttf'].map((ending) => `--loader:.${ending}=dataurl`),
  ]);
}

function run(program: string, parameters: readonly string[]): void {
  const { status, error } = spawnSync(program, parameters, { cwd: FOLDER, stdio: 'inherit' });
  if (status !== 0) throw error ?? new Error(`${program} ended with ${status}`);
}
