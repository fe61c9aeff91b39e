import { glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { run } from '../scripts/command.ts';
import { publishedPackages, root } from '../scripts/workspace.ts';

const SITE = import.meta.dirname;

const OPTIONS = {
  plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
  readme: 'none',
  name: 'API reference',
  entryFileName: 'index',
  outputFileStrategy: 'members',
  membersWithOwnFile: ['Class'],
  hidePageHeader: true,
  hideBreadcrumbs: true,
  hideGroupHeadings: true,
  useHTMLAnchors: true, // VitePress numbers the headings of one name in another way
  anchorPrefix: 'api-',
  disableSources: true,
  excludeExternals: true,
  excludeInternal: true,
  excludePrivate: true,
  skipErrorChecking: true, // `npm run check` type-checks the sources
  externalSymbolLinkMappings: { '@langchain/core': { '*': '#' } }, // inherited comments
  treatWarningsAsErrors: true, // a {@link} that leads nowhere is a warning
  validation: { notExported: false },
};

/**
 * Writes the API reference from the doc comments: a page for each entry point and for each class.
 *
 * @throws if a `{@link}` leads nowhere
 */
export async function writeReference(pages: string): Promise<void> {
  const folder = await mkdtemp(join(SITE, 'node_modules/.reference-'));
  try {
    const entryPoints = await writeEntryPoints(folder);
    const tsconfig = join(folder, 'tsconfig.json');
    await writeFile(
      tsconfig,
      JSON.stringify({
        extends: join(root, 'tsconfig.test.json'),
        compilerOptions: { rootDir: root, skipLibCheck: true },
        ...{ include: ['**/*.ts'], exclude: [] },
      }),
    );
    const own = { entryPoints, tsconfig, basePath: folder, displayBasePath: folder, docsRoot: pages };
    await writeFile(join(folder, 'typedoc.json'), JSON.stringify({ ...OPTIONS, ...own, out: join(pages, 'api') }));
    const typedoc = join(SITE, 'node_modules/typedoc/bin/typedoc');
    await run(process.execPath, [typedoc, '--options', join(folder, 'typedoc.json')], {
      cwd: SITE,
      timeoutMs: 1_800_000,
    });
    await addDashedAnchors(join(pages, 'api'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Links within a page have `-` for `_`, and links from other pages do not: such headings get both anchors. */
async function addDashedAnchors(folder: string): Promise<void> {
  for await (const path of glob('**/*.md', { cwd: folder })) {
    const markdown = await readFile(join(folder, path), 'utf8');
    await writeFile(join(folder, path), withDashedAnchors(markdown));
  }
}

export const withDashedAnchors = (markdown: string): string =>
  markdown.replaceAll(/<a id="\w[^"]*_[^"]*"><\/a>/g, (anchor) => anchor + anchor.replaceAll('_', '-'));

/** Where an entry point is, or its file. */
type Conditions = { readonly 'tta-source': string } | string;

/** Writes a file for each entry point of each package, whose path is the name by which users import it. */
async function writeEntryPoints(folder: string): Promise<readonly string[]> {
  const written: string[] = [];
  for (const { folder: home, manifest } of await publishedPackages()) {
    for (const [path, conditions] of Object.entries((manifest.exports ?? {}) as Readonly<Record<string, Conditions>>)) {
      if (typeof conditions === 'string' || path === './internal') continue;
      const file = join(folder, `${posix.join(manifest.name, path)}.ts`);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `export * from '${join(root, home, conditions['tta-source'])}';\n`);
      written.push(file);
    }
  }
  return written;
}
