import type { SourceFile } from '../shape/source-text.ts';

/** A block of TypeScript in a page. */
export interface CodeBlock {
  /** Where it stands, `docs/caching.md:6`. */
  readonly place: string;
  readonly code: string;
}

/** The blocks of TypeScript of a page, with the line on which each begins. */
export function codeBlocks({ path, text }: SourceFile): readonly CodeBlock[] {
  return Array.from(text.matchAll(/^```ts\n(?<code>.*?)^```$/gms), ({ index, groups }) => ({
    place: `${path}:${text.slice(0, index).split('\n').length}`,
    code: groups?.['code'] ?? '',
  }));
}
