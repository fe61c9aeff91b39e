import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const BUILT = join(import.meta.dirname, '../dist/page');
const MAX_GZIPPED_BYTES = 60_000;

async function builtFiles(): Promise<{ path: string; content: Buffer }[]> {
  const files: { path: string; content: Buffer }[] = [];
  for await (const path of glob('**/*.*', { cwd: BUILT }))
    files.push({ path, content: await readFile(join(BUILT, path)) });
  return files;
}

interface ManifestEntry {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** What a part needs before it can be drawn: itself and all that it imports. */
function neededBy(
  manifest: Readonly<Record<string, ManifestEntry>>,
  name: string,
  needed = new Set<string>(),
): Set<string> {
  const { file, imports = [], css = [] } = manifest[name] as ManifestEntry;
  if (needed.has(file)) return needed;
  for (const one of [file, ...css]) needed.add(one);
  for (const one of imports) neededBy(manifest, one, needed);
  return needed;
}

it('loads at most 60 kB, compressed, before any of its screens is drawn', async () => {
  const manifest = JSON.parse(await readFile(join(BUILT, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    ManifestEntry
  >;
  const screens = Object.keys(manifest).filter((name) => name.startsWith('src/screens/'));
  expect(screens).toHaveLength(9);
  const parts = ['index.html', 'src/start.tsx', 'src/charts/canvas.tsx'];
  const always = ['index.html', ...parts.flatMap((part) => [...neededBy(manifest, part)])];
  for (const screen of screens) {
    const files = new Set([...always, ...neededBy(manifest, screen)]);
    expect([...files].some((file) => file.endsWith('.css'))).toBe(true);
    const contents = await Promise.all([...files].map((file) => readFile(join(BUILT, file))));
    const bytes = contents.reduce((sum, content) => sum + gzipSync(content).length, 0);
    expect(bytes, screen).toBeLessThan(MAX_GZIPPED_BYTES);
  }
});

it('loads nothing from elsewhere and holds no inline script or style', async () => {
  const files = await builtFiles();
  const html = files.find(({ path }) => path === 'index.html')?.content.toString() ?? '';
  expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc=)/);
  for (const { content } of files) {
    const urls = content.toString().match(/https?:\/\/[^\s"'`)]+/g) ?? [];
    expect(urls.filter((url) => !url.startsWith('http://www.w3.org/') && !url.startsWith('http://127.0.0.1'))).toEqual(
      [],
    );
  }
});

it('creates an `Intl` formatter in one place', async () => {
  const scripts = (await builtFiles()).filter(({ path }) => path.endsWith('.js'));
  const formats = scripts.flatMap(({ content }) => content.toString().match(/.{0,40}\bIntl\b.{0,60}/g) ?? []);
  expect(formats).toEqual([expect.stringContaining('new Intl.DateTimeFormat().resolvedOptions().timeZone')]);
});
