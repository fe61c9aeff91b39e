import { glob, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

const LINK = /<a [^>]*?href="(?<path>[^"#:]*)#(?<anchor>[^"]+)"/g;

/** The links of a built site to headings that do not exist. VitePress itself only finds links to missing pages. */
export async function deadAnchors(dist: string): Promise<readonly string[]> {
  const pages = new Map<string, string>();
  for await (const path of glob('**/*.html', { cwd: dist })) pages.set(path, await readFile(join(dist, path), 'utf8'));
  return [...pages].flatMap(([path, html]) =>
    Array.from(html.matchAll(LINK), ({ groups }) => groups ?? {})
      .filter(({ path: target = '', anchor = '' }) => {
        const page = pages.get(fileOf(path, target));
        return page !== undefined && !page.includes(` id="${decodeURIComponent(anchor)}"`);
      })
      .map(({ path: target, anchor }) => `${path}: ${target}#${anchor}`),
  );
}

/** The file of the page to which a relative link leads. */
function fileOf(page: string, link: string): string {
  if (link === '') return page;
  const path = posix.join(posix.dirname(page), link);
  return path.endsWith('/') || path === '.' ? posix.join(path, 'index.html') : `${path}.html`;
}
