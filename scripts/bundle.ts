// Bundles the libraries that programs load at their start, because Node.js takes longer for many small files than for their code. Bundlers
// take the modules of tsc instead, under the condition `module`, and leave out what a program does not use.
import { basename, isAbsolute, join } from 'node:path';
import { build } from 'vite';
import { readManifest, root } from './workspace.ts';

const LIBRARIES = ['packages/primitives', 'packages/observability'];

/** Each subpath of a library: its source, and its file for Node.js. */
type Exports = Readonly<Record<string, { readonly 'tta-source': string; readonly default: string }>>;

for (const library of LIBRARIES) await bundle(join(root, library));

/** Writes one file for each export of a package, and files for what they share, all in one folder. */
async function bundle(folder: string): Promise<void> {
  const exports = (await readManifest(folder)).exports as Exports;
  const entries = Object.values(exports).map(({ 'tta-source': source, default: target }) => [
    basename(target, '.js'),
    join(folder, source),
  ]);
  await build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      target: 'es2024',
      minify: false,
      sourcemap: true,
      emptyOutDir: false,
      copyPublicDir: false,
      rolldownOptions: {
        input: Object.fromEntries(entries),
        external: (id) => !id.startsWith('.') && !isAbsolute(id), // every other package stays one
        output: {
          dir: join(folder, 'dist/node'),
          entryFileNames: '[name].js',
          chunkFileNames: 'shared-[name].js',
          keepNames: true, // names of classes are in messages and on spans
          sourcemapExcludeSources: true, // they are in the package
        },
      },
    },
  });
}
