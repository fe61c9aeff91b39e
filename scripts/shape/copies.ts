import { type SourceFile, withoutComments } from './source-text.ts';

/** So many lines of code may be the same in two places. */
const MAX_SAME_LINES = 10;

interface CodeLine {
  readonly path: string;
  readonly line: number;
  readonly code: string;
}

/** Imports, and the lists of an index, are not code that could be shared. */
const LISTS = /^(?:import|export)(?: type)? (?:\w+, )?\{[^}]*\}(?: from [^;]*)?;$|^import [^;{]*;$/gm;

/** Code that stands in two places, over more than ten lines. Spaces, empty lines, comments and imports do not count. */
export function copies(files: readonly SourceFile[]): string[] {
  const findings: string[] = [];
  const firstPlaces = new Map<string, CodeLine>();
  for (const file of files) {
    const lines = codeLines(file);
    for (let at = 0; at + MAX_SAME_LINES < lines.length; at += 1) {
      const window = lines.slice(at, at + MAX_SAME_LINES + 1);
      const text = window.map(({ code }) => code).join('\n');
      const [here] = window as [CodeLine];
      const first = firstPlaces.get(text);
      if (first === undefined) {
        firstPlaces.set(text, here);
        continue;
      }
      findings.push(
        `${here.path}:${here.line}: more than ${MAX_SAME_LINES} lines are the same as from ${first.path}:${first.line}; let one be used for both`,
      );
      at += MAX_SAME_LINES;
    }
  }
  return findings;
}

function codeLines({ path, text }: SourceFile): readonly CodeLine[] {
  const code = withoutComments(text).replace(LISTS, (list) => list.replace(/[^\n]/g, ''));
  return code
    .split('\n')
    .map((line, index) => ({ path, line: index + 1, code: line.replace(/\s+/g, ' ').trim() }))
    .filter((line) => line.code !== '');
}
