import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anchorOf } from '../../scripts/docs/headings.ts';
import { readContents } from '../contents.ts';

const PAGES = join(import.meta.dirname, '../pages');
const API_SIDEBAR = join(PAGES, 'api/typedoc-sidebar.json');

const siteLink = (path: string): string => `/${path.replace(/(?:README|index)\.md$/, '').replace(/\.md$/, '')}`;

const sections = await readContents();

export default {
  title: 'tta-observability-integration',
  description: 'LLM workflows that are cheaper, bounded in time and visible.',
  srcDir: './pages',
  outDir: './dist',
  cacheDir: './node_modules/.vitepress-cache',
  cleanUrls: true,
  // Every link has a page: a build with a dead link fails.
  ignoreDeadLinks: false,
  markdown: { anchor: { slugify: anchorOf } },
  themeConfig: {
    search: { provider: 'local' },
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
