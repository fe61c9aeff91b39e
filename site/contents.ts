import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../scripts/workspace.ts';

/** A page as the table of contents lists it. */
export interface Entry {
  readonly title: string;
  /** Its file, relative to the root: `docs/caching.md`. */
  readonly path: string;
  readonly description: string;
}

export interface Section {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** The page that lists every other page, in the order of the sidebar. */
const CONTENTS = 'docs/README.md';

const ENTRY = /^- \[(?<title>[^\]]+)\]\((?<path>[^)#]+)\): (?<description>.+)$/;

/** Reads the sections of the table of contents. @throws SyntaxError if a list item is not `- [title](path): description` */
export function contentsOf(markdown: string): readonly Section[] {
  const [, ...sections] = markdown.split(/^## /m);
  return sections.map((text) => {
    const [title = '', ...lines] = text.split('\n');
    return { title, entries: lines.filter((line) => line.startsWith('- ')).map(entryOf) };
  });
}

function entryOf(line: string): Entry {
  const { title = '', path = '', description = '' } = ENTRY.exec(line)?.groups ?? {};
  if (title === '') throw new SyntaxError(`${CONTENTS}: write "- [title](path): description" instead of "${line}"`);
  return { title, path: join('docs', path), description };
}

/** The sections of the table of contents of this repository. */
export async function readContents(): Promise<readonly Section[]> {
  return contentsOf(await readFile(join(root, CONTENTS), 'utf8'));
}
