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

it('is at most 60 kB, compressed, with everything that it loads', async () => {
  const files = await builtFiles();
  const bytes = files.reduce((sum, { content }) => sum + gzipSync(content).length, 0);
  expect(files.map(({ path }) => path)).toContain('index.html');
  expect(bytes).toBeLessThan(MAX_GZIPPED_BYTES);
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
