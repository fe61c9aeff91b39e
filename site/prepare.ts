import { cp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npmIn } from '../scripts/command.ts';
import { root } from '../scripts/workspace.ts';
import { readContents } from './contents.ts';
import { llmsFull, llmsIndex } from './llms.ts';
import { readPages, writePages } from './pages.ts';
import { writeReference } from './reference.ts';

const SITE = import.meta.dirname;

/** The folder that VitePress reads. It is written anew by each build. */
const PAGES = join(SITE, 'pages');

/** Installs what builds the site, unless the installed packages are those of the lockfile. */
export async function install(): Promise<void> {
  const changedAt = async (path: string): Promise<number> =>
    (await stat(join(SITE, path)).catch(() => undefined))?.mtimeMs ?? Number.NEGATIVE_INFINITY;
  const [installed, locked] = await Promise.all(
    ['node_modules/.package-lock.json', 'package-lock.json'].map(changedAt),
  );
  if ((installed ?? 0) < (locked ?? 0)) await npmIn(SITE, ['ci']);
}

/** Writes the pages that VitePress reads, with the API reference. */
export async function prepare(): Promise<void> {
  await rm(PAGES, { recursive: true, force: true });
  await writeSources();
  await writeReference(PAGES);
}

/** Writes the pages that come from Markdown and examples, which is quick. */
export async function writeSources(): Promise<void> {
  await writePages(await readPages(), PAGES);
  await cp(join(root, 'docs/pictures'), join(PAGES, 'docs/pictures'), { recursive: true });
}

/** Writes what language models read beside the built pages: each page as Markdown, `llms.txt` and `llms-full.txt`. */
export async function writeForModels(dist: string): Promise<void> {
  const [sections, pages] = await Promise.all([readContents(), readPages()]);
  await writePages(pages, dist);
  await writeFile(join(dist, 'llms.txt'), llmsIndex(sections, pages));
  await writeFile(join(dist, 'llms-full.txt'), llmsFull(sections, pages));
}
