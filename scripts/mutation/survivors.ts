import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFile } from '../shape/source-text.ts';
import { type Mutant, mutantsOf } from './mutants.ts';

/** A mutant that no test has to notice, with the reason. It is found by its code, because lines move. */
export interface KnownSurvivor {
  readonly path: string;
  /** The line of the source, without its indentation. */
  readonly line: string;
  readonly change: string;
  readonly reason: string;
}

/** What a mutant changes, in one line. */
export function changeOf({ kind, start, end, replacement }: Mutant, text: string): string {
  const code = oneLine(text.slice(start, end));
  if (kind === 'entry') return 'returns at once';
  return kind === 'statement' ? `without ${code}` : `${code} -> ${oneLine(replacement)}`;
}

/** The line of the source that a mutant is in. */
function lineOf({ line }: Mutant, text: string): string {
  return text.split('\n')[line - 1]?.trim() ?? '';
}

/** Why a mutant may survive; undefined if the list does not say. */
export function reasonOf(known: readonly KnownSurvivor[], mutant: Mutant, text: string): string | undefined {
  const [line, change] = [lineOf(mutant, text), changeOf(mutant, text)];
  return known.find((entry) => entry.path === mutant.path && entry.line === line && entry.change === change)?.reason;
}

export async function knownSurvivors(): Promise<readonly KnownSurvivor[]> {
  return JSON.parse(await readFile(join(import.meta.dirname, 'survivors.json'), 'utf8')) as KnownSurvivor[];
}

/** Entries of the list whose line or change is no longer in its file. */
export function staleSurvivors(known: readonly KnownSurvivor[], { path, text }: SourceFile): readonly KnownSurvivor[] {
  const entries = known.filter((entry) => entry.path === path);
  const mutants = entries.length === 0 ? [] : mutantsOf(path, text);
  return entries.filter((entry) => !mutants.some((mutant) => reasonOf([entry], mutant, text) !== undefined));
}

function oneLine(code: string): string {
  return code.replace(/\s+/g, ' ');
}
