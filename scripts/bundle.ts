// Bundles the libraries that programs load at their start, because Node.js takes longer for many small files than for their code. Bundlers
// take the modules of tsc instead, under the condition `module`, and leave out what a program does not use.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { build } from 'vite';
import { readManifest, root } from './workspace.ts';

const LIBRARIES = ['packages/primitives', 'packages/observability'];

/** Each subpath of a library: its source, and its file for Node.js. */
type Exports = Readonly<Record<string, { readonly 'tta-source': string; readonly default: string }>>;

await unwrapImport(join(root, 'packages/observability/dist/optional-peer.js'));
for (const library of LIBRARIES) await bundle(join(root, library));

/**
 * Takes the call of a helper out of `import(helper(name))`, which tsc writes for a name that is not a literal. Bundlers look for their comments
 * directly inside `import()`; without them, they replace the import by an error.
 */
async function unwrapImport(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const unwrapped = text
    .replace(/^var __rewriteRelativeImportExtension = [\s\S]*?^};\n/m, '')
    .replace(/import\(__rewriteRelativeImportExtension\((.*?)\)\)/, 'import($1)');
  if (unwrapped.includes('__rewriteRelativeImportExtension'))
    throw new Error(`${file} imports in a form that is not known`);
  await rm(`${file}.map`, { force: true }); // its lines are no longer those of the file
  await writeFile(file, unwrapped.replace(/^\/\/# sourceMappingURL=.*$/m, ''));
}

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
