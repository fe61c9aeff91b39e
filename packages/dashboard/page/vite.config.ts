import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Few files, because each costs a slow processor some milliseconds: what starts the page, and what its screens share. */
const PARTS = [
  { name: 'base', test: /preload-helper|node_modules\/@?preact|page\/src\/state\/theme/, priority: 1 },
  { name: 'page', test: /page\/src\/(?!main|screens\/|charts\/(?:canvas|plot-options)).*\.tsx?$/ },
];

/** The page becomes files that the server sends as they are: no script or style stands in the HTML, so the policy can forbid both. */
export default defineConfig({
  root: here('.'),
  base: './', // the page may be mounted below any path
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('../dist/page'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: PARTS } } },
  },
});
