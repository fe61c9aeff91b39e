import { access, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { SourceFile } from '../shape/source-text.ts';
import { root } from '../workspace.ts';
import { anchorOf } from './headings.ts';

const LINK = /\]\((?!https?:)(?<link>[^)\s]+)\)/g;

/** The links of pages that stay within the repository and lead nowhere: to a missing file, or to a missing heading of a page. */
export async function linkFindings(pages: readonly SourceFile[]): Promise<readonly string[]> {
  return (await Promise.all(pages.map(brokenLinks))).flat();
}

async function brokenLinks({ path: page, text }: SourceFile): Promise<readonly string[]> {
  const links = Array.from(text.matchAll(LINK), ({ index, groups }) => ({
    link: groups?.['link'] ?? '',
    line: text.slice(0, index).split('\n').length,
  }));
  const findings = links.map(async ({ link, line }) =>
    (await leadsSomewhere(page, link)) ? [] : [`${page}:${line}: the link to ${link} leads nowhere`],
  );
  return (await Promise.all(findings)).flat();
}

async function leadsSomewhere(page: string, link: string): Promise<boolean> {
  const [path = '', anchor] = link.split('#');
  const target = join(root, path === '' ? page : relative(root, join(root, dirname(page), path)));
  if (anchor === undefined)
    return access(target).then(
      () => true,
      () => false,
    );
  return (await headingsOf(target)).includes(anchor);
}

/** The anchors of a page; empty if the page does not exist. */
async function headingsOf(path: string): Promise<readonly string[]> {
  const markdown = await readFile(path, 'utf8').catch(() => '');
  return Array.from(markdown.matchAll(/^#+ (?<heading>.+)$/gm), ({ groups }) => anchorOf(groups?.['heading'] ?? ''));
}
