import { posix } from 'node:path';
import { lineAt, type SourceFile, withoutComments } from './source-text.ts';

/** One import of a file, types included. */
export interface Import {
  readonly from: string;
  readonly line: number;
  /** The path of a file of the repository, or the name of a package with its subpath. */
  readonly target: string;
}

const SPECIFIER = /(?:\bfrom\s*|\bimport\s*\(\s*|^\s*import\s+)(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gm;

/** What files import, in whatever way: values, types, `import()` of either, exports from elsewhere. */
export function importsOf(files: readonly SourceFile[]): readonly Import[] {
  return files.flatMap(({ path, text }) => {
    const code = withoutComments(text);
    return Array.from(code.matchAll(SPECIFIER), ({ groups, index }) => {
      const specifier = groups?.['specifier'] ?? '';
      const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier;
      return { from: path, line: lineAt(code, index + 1), target };
    });
  });
}
