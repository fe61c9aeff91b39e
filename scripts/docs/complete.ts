import { STAND_INS, TYPES } from './stand-ins.ts';

/** The module that exports each name of the packages. */
export type Exports = ReadonlyMap<string, string>;

/**
 * Makes a module of a block: with an import for each name of the packages that it uses and does not import, and a declaration for
 * each name that is its reader's. The code itself comes first, so that the lines of errors are its own.
 */
export function completed(code: string, exported: Exports): string {
  const isUsed = (name: string): boolean => new RegExp(`(?<![\\w.'"\`-])${name}\\b(?!['"\`])`).test(code);
  const isMade = (name: string): boolean =>
    new RegExp(
      `\\b(?:const|let|function|class)\\s+${name}\\b|(?:const|let)\\s+\\{[^}]*\\b${name}\\b[^}]*\\} =|import[^;]*\\b${name}\\b[^;]*from`,
    ).test(code);
  const imports = [...exported].filter(([name]) => isUsed(name) && !isMade(name));
  const standIns = Object.entries(STAND_INS).filter(([name]) => isUsed(name) && !isMade(name));
  return [
    code,
    'export {};',
    ...imports.map(([name, module]) => `import { ${name} } from '${module}';`),
    ...(standIns.length === 0 ? [] : [TYPES]),
    ...standIns.map(([name, type]) => `declare const ${name}: ${type};`),
  ].join('\n');
}

/** The names that an index lists. */
export function listedNames(index: string): readonly string[] {
  return Array.from(index.matchAll(/^export (?:type )?\{(?<names>[^}]*)\}/gm)).flatMap(({ groups }) =>
    (groups?.['names'] ?? '')
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== ''),
  );
}
