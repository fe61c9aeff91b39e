import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** A bundle of what a program imports, minified. */
export interface BundleSize {
  readonly minifiedBytes: number;
  /** What a download of it weighs. */
  readonly gzipBytes: number;
}

/**
 * Bundles code as a user's esbuild does, with the built packages of this workspace in it and every other package beside it.
 *
 * @param code a program, such as `export { step } from 'tta-dev-primitives'`
 * @param folder where its imports are resolved
 */
export async function bundleSize(code: string, folder: string): Promise<BundleSize> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: folder, loader: 'js' },
    bundle: true,
    minify: true,
    treeShaking: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    write: false,
    logLevel: 'silent',
    plugins: [{ name: 'other-packages', setup: (context) => context.onResolve({ filter: /^[^./]/ }, outside) }],
  });
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  return { minifiedBytes: contents.length, gzipBytes: gzipSync(contents, { level: 9 }).length };
}

/** Dependencies and peers are not what a package of this workspace weighs. */
function outside({ path }: { readonly path: string }): { external: true } | undefined {
  return path.startsWith('tta-') ? undefined : { external: true };
}
