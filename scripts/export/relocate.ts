import { posix } from 'node:path';

/** Where the exported package lies in this project. */
export const PACKAGE_FOLDER = 'packages/observability';

/** Helpers of tests that lie outside of the package, and keep their place below the root of the export. */
export const TEST_HELPERS = 'scripts/services';

const RELATIVE_SPECIFIER = /(?<open>['"])(?<specifier>\.\.?\/[^'"\n]+)(?=['"])/g;

/** Where a file of this project goes in an export, or undefined when it stays here. */
export function exportedPath(path: string): string | undefined {
  if (!path.startsWith(`${PACKAGE_FOLDER}/`)) return path;
  const inPackage = path.slice(PACKAGE_FOLDER.length + 1);
  const isMoved = inPackage.startsWith('src/') || inPackage === 'CHANGELOG.md';
  return isMoved ? inPackage : undefined; // the rest is made anew, or stands at the root already
}

/** With it Node.js takes the sources of this project's packages; what an export has installed is built, and has none that it may run. */
const SOURCE_CONDITION = '--conditions=tta-source';
const NO_CONDITION = '--conditions=default';

/**
 * A text as it works in an export: imports of helpers outside of the package, and links to its sources, lead to where those are
 * there; programs that tests start run what was built.
 *
 * @param path - its path in this project
 */
export function relocate(path: string, text: string): string {
  const destination = exportedPath(path);
  if (path.endsWith('.md')) return text.replaceAll(`${PACKAGE_FOLDER}/src/`, 'src/');
  if (destination === undefined || destination === path) return text;
  return text
    .replaceAll(SOURCE_CONDITION, NO_CONDITION)
    .replaceAll(RELATIVE_SPECIFIER, (match: string, open: string, specifier: string) => {
      const imported = posix.join(posix.dirname(path), specifier);
      if (!imported.startsWith(`${TEST_HELPERS}/`)) return match;
      return `${open}${posix.relative(posix.dirname(destination), imported)}`;
    });
}
