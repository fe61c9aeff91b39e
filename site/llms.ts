import type { Section } from './contents.ts';
import type { Page } from './pages.ts';

const TITLE = 'tta-observability-integration';

/**
 * `llms.txt`: the pages with their descriptions, in the form of https://llmstxt.org. Links are relative, because a site may be served under
 * any path.
 */
export function llmsIndex(sections: readonly Section[], pages: readonly Page[]): string {
  const lists = sections.map(({ title, entries }) => {
    const links = entries.map((entry) => `- [${entry.title}](${pageOf(entry.path, pages).path}): ${entry.description}`);
    return `## ${title}\n\n${links.join('\n')}\n`;
  });
  // The first paragraph of the README says what the project is.
  const [, introduction] = pageOf('README.md', pages).markdown.split('\n\n');
  return [`# ${TITLE}\n\n> ${introduction}\n`, ...lists].join('\n');
}

/** `llms-full.txt`: the README and every page of the contents, one after the other, each under its path. */
export function llmsFull(sections: readonly Section[], pages: readonly Page[]): string {
  const sources = ['README.md', ...sections.flatMap(({ entries }) => entries.map(({ path }) => path))];
  return sources
    .map((source) => pageOf(source, pages))
    .map(({ path, markdown }) => `<!-- ${path} -->\n\n${markdown.trim()}\n`)
    .join('\n');
}

function pageOf(source: string, pages: readonly Page[]): Page {
  const page = pages.find((candidate) => candidate.source === source);
  if (page === undefined) throw new Error(`docs/README.md lists ${source}, and there is no such page`);
  return page;
}
