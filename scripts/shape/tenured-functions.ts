import { lineAt, type SourceFile, withoutComments } from './source-text.ts';

/** A function literal that is assigned to a property: `this.note = (name) => {`, `members['next'] ??= async function`. */
const ASSIGNED =
  /(?<![\w.])[a-z]\w*(?:\.#?\w+|\[[^\]\n]+\])+\s*(?:\?\?|\|\|)?=\s*(?:async\s+)?(?:function\b|\([^()\n]*\)\s*(?::[^=;{}\n]+)?=>|\w+\s*=>)/g;

/** An accessor, at the beginning of its line. */
const ACCESSOR = /^( *)(?:get|set) [\w#]+\(.*\{$/gm;

/**
 * Function literals that are assigned to a property. V8 allocates them in the old generation, because it takes them for methods of a
 * prototype, and accessors in object literals, for the same reason. Each then keeps what it closes over through every minor garbage collection: a stream, its chunks, its context. A literal in an
 * object literal, in the initializer of a field, or in a variable first, is allocated as any other object.
 */
export function tenuredFunctions(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const code = withoutComments(text);
    const accessors = Array.from(code.matchAll(ACCESSOR)).filter(({ index, 1: indent = '' }) => {
      const before = code.slice(0, index).split('\n');
      const owner = before.findLast((line) => /\S/.test(line) && line.search(/\S/) < indent.length) ?? '';
      return owner.endsWith('{') && !/\b(?:class|implements|extends)\b/.test(owner);
    });
    return [
      ...Array.from(
        code.matchAll(ASSIGNED),
        ({ index }) => `${path}:${lineAt(code, index)} assigns a function literal to a property`,
      ),
      ...accessors.map(({ index }) => `${path}:${lineAt(code, index)} has an accessor in an object literal`),
    ].map((finding) => `${finding}; V8 keeps it until a major garbage collection`);
  });
}
