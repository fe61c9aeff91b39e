import { access, glob, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorOf } from './headings.ts';
import { root } from './workspace.ts';

const headingsOf = (markdown: string): readonly string[] =>
  Array.from(markdown.matchAll(/^#+ (?<heading>.+)$/gm), ({ groups }) => anchorOf(groups?.['heading'] ?? ''));

/** The links of a page that lead nowhere, of those that stay within the repository. */
async function brokenLinks(page: string, markdown: string): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const [, link = ''] of markdown.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : relative(root, join(root, dirname(page), path));
    const isThere = await access(join(root, target)).then(
      () => true,
      () => false,
    );
    const text = isThere && anchor !== undefined ? await readFile(join(root, target), 'utf8') : '';
    if (!isThere || (anchor !== undefined && !headingsOf(text).includes(anchor))) broken.push(`${page}: ${link}`);
  }
  return broken;
}

describe('the links of the pages', async () => {
  const pages: string[] = [];
  for await (const page of glob(['*.md', 'docs/**/*.md', 'packages/*/README.md'], { cwd: root })) pages.push(page);

  it.each(pages.sort())('of %s lead somewhere', async (page) => {
    expect(await brokenLinks(page, await readFile(join(root, page), 'utf8'))).toEqual([]);
  });

  it('are found broken when there is no such page, or no such heading on it', async () => {
    const links =
      '[a](docs/no.md) [b](docs/caching.md#no) [c](docs/caching.md#keys-and-scopes) [d](https://example.org/no)';
    expect(await brokenLinks('README.md', links)).toEqual(['README.md: docs/no.md', 'README.md: docs/caching.md#no']);
  });
});
