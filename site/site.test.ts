import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { run, runToEnd } from '../scripts/command.ts';
import { temporaryFolder } from '../scripts/export/temporary-folder.ts';
import { areServicesRequired } from '../scripts/services/required-services.ts';
import { root } from '../scripts/workspace.ts';
import { deadAnchors } from './anchors.ts';
import { contentsOf, readContents } from './contents.ts';
import { llmsFull, llmsIndex } from './llms.ts';
import { readPages, withSiteLinks } from './pages.ts';
import { install } from './prepare.ts';
import { withDashedAnchors } from './reference.ts';

const SITE = import.meta.dirname;
const pages = await readPages();
const sections = await readContents();

describe('the contents in docs/README.md', () => {
  it('list every page of docs/ and every package', () => {
    const listed = sections.flatMap(({ entries }) => entries.map(({ path }) => path));
    const needed = pages
      .map(({ source }) => source)
      .filter((source) => /^docs\/[\w-]+\.md$|^packages\//.test(source) && source !== 'docs/README.md');
    expect(needed.filter((source) => !listed.includes(source))).toEqual([]);
  });

  it('refuse an item without a link or a description', () => {
    expect(() => contentsOf('# D\n\n## Guides\n\n- [Caching](caching.md)\n')).toThrow(
      'docs/README.md: write "- [title](path): description" instead of "- [Caching](caching.md)"',
    );
  });
});

describe('the pages of the site', () => {
  const files = new Set(pages.map(({ path }) => path));

  it.each(pages)('links of $path lead to pages of the site', ({ path, markdown }) => {
    const prose = markdown.replaceAll(/^```.*?^```$/gms, '');
    const targets = Array.from(prose.matchAll(/\]\((?!https?:|#)(?<target>[^)#]+\.md)/g), ({ groups }) =>
      join(path, '..', groups?.['target'] ?? ''),
    );
    expect(targets.filter((target) => !files.has(target))).toEqual([]);
  });

  it('lead links to READMEs, folders and examples to their pages, and keep only the text of other links', () => {
    const paths = new Map([
      ['docs/decisions/README.md', 'docs/decisions/index.md'],
      ['examples/openai.ts', 'examples/openai.md'],
    ]);
    const markdown =
      '[D](decisions) [E](../examples/openai.ts#a) [O](../ops/compose.yaml)\n\n```sh\n[O](x.yaml)\n```\n';
    expect(withSiteLinks('docs/caching.md', markdown, paths)).toBe(
      '[D](decisions/index.md) [E](../examples/openai.md#a) O\n\n```sh\n[O](x.yaml)\n```\n',
    );
  });
});

describe('what language models read', () => {
  it('llms.txt begins with what the project is, and describes each page', () => {
    const text = llmsIndex(sections, pages);
    expect(text).toMatch(/^# tta-observability-integration\n\n> A TypeScript library/);
    expect(text).toContain('- [Caching](docs/caching.md): keys, and what is stored\n');
    expect(text).toContain('](packages/cli/index.md): ');
  });

  it('the links of llms.txt lead to pages also if the site is not at the root of its host', () => {
    const base = 'https://example.com/base/';
    const files = new Set(pages.map(({ path }) => new URL(path, base).href));
    const links = Array.from(
      llmsIndex(sections, pages).matchAll(/^- \[[^\]]*\]\((?<link>[^)]+)\)/gm),
      ({ groups }) => new URL(groups?.['link'] ?? '', `${base}llms.txt`).href,
    );
    expect(links).toHaveLength(sections.flatMap(({ entries }) => entries).length);
    expect(links.filter((link) => !files.has(link))).toEqual([]);
  });

  it('llms-full.txt has the text of each page', () => {
    const text = llmsFull(sections, pages);
    expect(text).toContain('<!-- docs/caching.md -->\n\n# Caching\n');
    expect(text.match(/^<!-- /gm)).toHaveLength(1 + sections.flatMap(({ entries }) => entries).length);
  });
});

describe('dead anchors', () => {
  it('are links to headings that their page does not have, also on another page', async () => {
    await using dist = await temporaryFolder({
      'index.html':
        '<h2 id="one"></h2><a href="#one"></a><a class="a" href="#no"></a><a href="https://example.org/#no"></a>',
      'docs/a.html': '<a href="../#one"></a><a href="../#no"></a><a href="./b#two"></a><a href="./b#no"></a>',
      'docs/b.html': '<h2 id="two"></h2>',
    });
    expect((await deadAnchors(dist.path)).toSorted()).toEqual([
      'docs/a.html: ../#no',
      'docs/a.html: ./b#no',
      'index.html: #no',
    ]);
  });
});

it('a heading of the API reference with an underscore has a second anchor with a dash', () => {
  expect(withDashedAnchors('<a id="api-a_b"></a>\n## A\\_B\n<a id="api-c"></a>')).toBe(
    '<a id="api-a_b"></a><a id="api-a-b"></a>\n## A\\_B\n<a id="api-c"></a>',
  );
});

// The packages of the site are not those of the workspace: installing them takes a while.
describe.skipIf(!areServicesRequired('the built site'))('a built site', () => {
  beforeAll(install, 300_000);

  it('has the pages, the API reference and a search', { timeout: 1_800_000 }, async () => {
    await run('npm', ['run', 'site'], { cwd: root, timeoutMs: 1_800_000 });
    const built = (path: string): Promise<string> => readFile(join(SITE, 'dist', path), 'utf8');
    expect(await built('docs/caching.html')).toContain('VPSidebar');
    expect(await built('docs/caching.html')).toContain('VPNavBarSearch');
    expect(await built('api/tta-observability-integration/primitives/classes/TimeoutPrimitive.html')).toContain(
      'graceMs',
    );
    expect(await built('llms.txt')).toContain('](docs/caching.md)');
  });

  it('is refused if a page has a dead link', async () => {
    const folder = await mkdtemp(join(SITE, 'node_modules/.dead-link-'));
    try {
      await mkdir(join(folder, '.vitepress'));
      const config = `import site from '${join(SITE, '.vitepress/config.ts')}';\nexport default { ...site, srcDir: '.' };\n`;
      await writeFile(join(folder, '.vitepress/config.ts'), config);
      await writeFile(join(folder, 'index.md'), '# Page\n\n[there](no-such-page.md)\n');
      const vitepress = join(SITE, 'node_modules/vitepress/bin/vitepress.js');
      const { exitCode, stderr, stdout } = await runToEnd(process.execPath, [vitepress, 'build', folder], {
        cwd: SITE,
      });
      expect(exitCode).not.toBe(0);
      expect(stdout + stderr).toContain('no-such-page');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
