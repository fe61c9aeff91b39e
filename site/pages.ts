import { glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, normalize, relative } from 'node:path';
import { root } from '../scripts/workspace.ts';

const SOURCES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/**/*.md',
  'packages/*/README.md',
  'examples/*.ts',
];

/** A page of the site. */
export interface Page {
  /** Its source, relative to the root: `examples/openai.ts`. */
  readonly source: string;
  /** Its file on the site: `examples/openai.md`. */
  readonly path: string;
  readonly markdown: string;
}

/** The file of the site that shows a source. A folder shows its README. */
function pagePath(source: string): string {
  if (basename(source) === 'README.md') return join(dirname(source), 'index.md');
  return source.replace(/\.ts$/, '.md');
}

/** The pages of the site, except the API reference. */
export async function readPages(): Promise<readonly Page[]> {
  const sources: string[] = [];
  for await (const source of glob(SOURCES, { cwd: root })) sources.push(source);
  const paths = new Map(sources.sort().map((source) => [source, pagePath(source)]));
  const pages = sources.map(async (source) => {
    const text = await readFile(join(root, source), 'utf8');
    const markdown = source.endsWith('.ts') ? exampleOf(source, text) : withSiteLinks(source, text, paths);
    return { source, path: pagePath(source), markdown };
  });
  return [...(await Promise.all(pages)), examplesIndex(sources.filter((source) => source.startsWith('examples/')))];
}

/** Writes pages into a folder, with the structure of the repository. */
export async function writePages(pages: readonly Page[], folder: string): Promise<void> {
  await Promise.all(
    pages.map(async ({ path, markdown }) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), markdown);
    }),
  );
}

const exampleOf = (source: string, code: string): string => `# ${basename(source)}\n\n\`\`\`ts\n${code}\`\`\`\n`;

const examplesIndex = (examples: readonly string[]): Page => ({
  source: 'examples',
  path: 'examples/index.md',
  markdown: `# Examples\n\n${examples.map((path) => `- [${basename(path)}](${basename(path, '.ts')}.md)`).join('\n')}\n`,
});

const FENCED = /^```.*?^```$/gms;
const LINK = /(?<!!)\[(?<text>[^\]]*)\]\((?!https?:)(?<target>[^)#\s]+)(?<anchor>#[^)]*)?\)/g;
const PICTURE = /(?<attribute>src|srcset)="(?<path>\w[^":]*)"/g;

/**
 * Leads each link of a page to the page of the site that shows its target. The text of a link to a file that the site does not show
 * stays without the link.
 */
export function withSiteLinks(source: string, markdown: string, paths: ReadonlyMap<string, string>): string {
  const here = dirname(source);
  const siteLink = (link: string, text: string, target: string, anchor = ''): string => {
    const file = normalize(join(here, target)).replace(/\/$/, '');
    const path = file === 'examples' ? 'examples/index.md' : (paths.get(file) ?? paths.get(join(file, 'README.md')));
    if (path !== undefined) return `[${text}](${relative(here, path)}${anchor})`;
    return file.endsWith('.png') ? link : text;
  };
  const blocks = markdown.match(FENCED) ?? [];
  return markdown
    .split(FENCED)
    .map((prose) => prose.replaceAll(LINK, siteLink).replaceAll(PICTURE, '$<attribute>="./$<path>"'))
    .flatMap((prose, index) => [prose, blocks[index] ?? ''])
    .join('');
}
