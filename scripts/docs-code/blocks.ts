import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../workspace.ts';

/** A block of TypeScript in a page. */
export interface CodeBlock {
  /** Where it stands, `docs/caching.md:6`. */
  readonly place: string;
  readonly code: string;
}

/** The blocks of TypeScript of a Markdown text, with the line on which each begins. */
export function codeBlocks(page: string, markdown: string): readonly CodeBlock[] {
  return Array.from(markdown.matchAll(/^```ts\n(?<code>.*?)^```$/gms), ({ index, groups }) => ({
    place: `${page}:${markdown.slice(0, index).split('\n').length}`,
    code: groups?.['code'] ?? '',
  }));
}

/** The blocks of every page for users. */
export async function documentedCode(): Promise<readonly CodeBlock[]> {
  const pages: string[] = [];
  for await (const page of glob(['README.md', 'docs/**/*.md', 'packages/*/README.md'], { cwd: root })) pages.push(page);
  const texts = pages.sort().map(async (page) => codeBlocks(page, await readFile(join(root, page), 'utf8')));
  return (await Promise.all(texts)).flat();
}
