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
  return inPackage.startsWith('src/') ? inPackage : undefined; // the rest is made anew, or stands at the root already
}

/**
 * A file of the package with its imports of helpers outside of the package pointing to where those are in an export.
 *
 * @param path - its path in this project
 */
export function relocateImports(path: string, text: string): string {
  const destination = exportedPath(path);
  if (destination === undefined || destination === path) return text;
  return text.replaceAll(RELATIVE_SPECIFIER, (match: string, open: string, specifier: string) => {
    const imported = posix.join(posix.dirname(path), specifier);
    if (!imported.startsWith(`${TEST_HELPERS}/`)) return match;
    return `${open}${posix.relative(posix.dirname(destination), imported)}`;
  });
}
