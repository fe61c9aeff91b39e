import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Few files, because each costs a slow processor some milliseconds: what starts the page, and what its screens share. */
const PARTS = [
  { name: 'base', test: /preload-helper|node_modules\/@?preact|page\/src\/state\/theme/, priority: 1 },
  { name: 'page', test: /page\/src\/(?!main|screens\/|charts\/(?:canvas|plot-options)).*\.tsx?$/ },
];

/** What uPlot makes when it is loaded, and what stands for it. The page writes all labels itself, and zones of uPlot are not used. */
const UNUSED_FORMATS = [
  ["new Intl.NumberFormat(domEnv ? nav.language : 'en-US')", '{ format: String }'],
  ['new Intl.DateTimeFormat().resolvedOptions().timeZone', 'undefined'],
] as const;

/** Loads uPlot without formats of `Intl`: to make the first one takes a browser longer than to draw a screen. */
const plotsWithoutFormats: Plugin = {
  name: 'plots-without-formats',
  transform(code, id) {
    if (!id.endsWith('uPlot.esm.js')) return undefined;
    return UNUSED_FORMATS.reduce((source, [made, instead]) => {
      if (!source.includes(made)) throw new Error(`uPlot no longer contains ${made}`);
      return source.replace(made, instead);
    }, code);
  },
};

/** The page becomes files that the server sends as they are: no script or style stands in the HTML, so the policy can forbid both. */
export default defineConfig({
  root: here('.'),
  base: './', // the page may be mounted below any path
  plugins: [plotsWithoutFormats],
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
