import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../workspace.ts';

/** What a reader does in a section of a page: types commands, or saves a program. */
export type Action =
  | { readonly kind: 'commands'; readonly commands: string }
  | { readonly kind: 'program'; readonly file: string; readonly code: string };

/** A section of a page, with what its reader does, in order. */
export interface Step {
  readonly title: string;
  readonly actions: readonly Action[];
}

const ACTION = /Save (?:this|a program) as `(?<file>[\w-]+\.ts)`|^```(?<language>sh|ts)\n(?<code>.*?)^```$/gms;

/** The sections of a page in which a reader does something. A program has the name that the text above it gives. */
export function stepsOf(markdown: string): readonly Step[] {
  let file = 'program.ts';
  return markdown
    .split(/^## /m)
    .map((section, index) => {
      const actions: Action[] = [];
      for (const { groups = {} } of section.matchAll(ACTION)) {
        const { code = '', language } = groups;
        if (groups['file'] !== undefined) file = groups['file'];
        else actions.push(language === 'sh' ? { kind: 'commands', commands: code } : { kind: 'program', file, code });
      }
      return { title: index === 0 ? '' : (section.split('\n')[0] ?? ''), actions };
    })
    .filter(({ actions }) => actions.length > 0);
}

/** The steps of a page of `docs/`. */
export async function readSteps(page: 'first-hour.md' | 'first-calls.md'): Promise<readonly Step[]> {
  return stepsOf(await readFile(join(root, 'docs', page), 'utf8'));
}
