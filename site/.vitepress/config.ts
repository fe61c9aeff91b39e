import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anchorOf } from '../../scripts/docs/headings.ts';
import { readContents } from '../contents.ts';

const PAGES = join(import.meta.dirname, '../pages');
const API_SIDEBAR = join(PAGES, 'api/typedoc-sidebar.json');

const icon = readFileSync(join(import.meta.dirname, '../../packages/dashboard/page/public/icon.svg'), 'utf8');

/** Guides come before the many short entries of the API reference. It runs in the browser, so it uses nothing outside. */
const boostDocument = (id: string): number => (id.includes('/api/') ? 0.2 : 1);

const siteLink = (path: string): string => `/${path.replace(/(?:README|index)\.md$/, '').replace(/\.md$/, '')}`;

const sections = await readContents();

export default {
  title: 'tta-observability-integration',
  description: 'LLM workflows that are cheaper, bounded in time and visible.',
  // In the page itself, because the site may be served under any path.
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  srcDir: './pages',
  outDir: './dist',
  cacheDir: './node_modules/.vitepress-cache',
  cleanUrls: true,
  // Every link has a page: a build with a dead link fails.
  ignoreDeadLinks: false,
  markdown: { anchor: { slugify: anchorOf } },
  themeConfig: {
    search: { provider: 'local', options: { miniSearch: { searchOptions: { boostDocument } } } },
    outline: [2, 3],
    nav: [
      { text: 'Documentation', link: '/docs/' },
      { text: 'Examples', link: '/examples/' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: {
      '/api/': existsSync(API_SIDEBAR) ? JSON.parse(readFileSync(API_SIDEBAR, 'utf8')) : [],
      '/': sections.map(({ title, entries }) => ({
        text: title,
        items: entries.map((entry) => ({ text: entry.title, link: siteLink(entry.path) })),
      })),
    },
  },
};
