import type { PackageManifest } from '../workspace.ts';

/** The folder of an export that holds the packed packages. */
export const TARBALLS = 'tarballs';

export interface ExportedManifestInput {
  /** The package.json as it is published. */
  readonly manifest: PackageManifest;
  /** Development dependencies of the whole project, exact versions. */
  readonly projectDevDependencies: Readonly<Record<string, string>>;
  /** Names of the tarballs in the export, by the package they hold. */
  readonly tarballs: ReadonlyMap<string, string>;
  /** Packages that the exported tests import. */
  readonly imports: ReadonlySet<string>;
}

/** What the tests run with, whatever they import. */
const TEST_TOOLS: readonly string[] = ['node', 'vitest'];

/**
 * The package.json of the package as it stands in another workspace: it takes its siblings from the tarballs beside it, and
 * brings what its tests need.
 */
export function exportedManifest({
  manifest,
  projectDevDependencies,
  tarballs,
  imports,
}: ExportedManifestInput): PackageManifest & { readonly allowScripts: Readonly<Record<string, boolean>> } {
  const dependencies = Object.entries(manifest.dependencies ?? {}).map(([name, wanted]) => {
    const tarball = tarballs.get(name);
    return [name, tarball === undefined ? wanted : `file:${TARBALLS}/${tarball}`] as const;
  });
  const peers = Object.keys(manifest.peerDependencies ?? {});
  const needed = Object.entries(projectDevDependencies).filter(
    ([name]) => TEST_TOOLS.includes(name) || peers.includes(name) || imports.has(name),
  );
  const siblings = [...tarballs].filter(([name]) => imports.has(name) && !(name in (manifest.dependencies ?? {})));
  const fromTarballs = siblings.map(([name, tarball]) => [name, `file:${TARBALLS}/${tarball}`] as const);
  return {
    ...manifest,
    scripts: { test: 'vitest run' },
    dependencies: Object.fromEntries(dependencies),
    devDependencies: Object.fromEntries([...needed, ...fromTarballs.filter(([name]) => name !== manifest.name)]),
    allowScripts: { node: true },
  };
}

/** The packages that a TypeScript text imports; built-in modules and its own files are none. */
export function importedPackages(text: string): Set<string> {
  const specifiers = text.matchAll(/(?:from|import)\s*\(?\s*['"](?<specifier>[^'".][^'"]*)['"]/g);
  const names = [...specifiers]
    .map(({ groups }) => groups?.['specifier'] ?? '')
    .filter((name) => !name.startsWith('node:'));
  return new Set(names.map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/')));
}
