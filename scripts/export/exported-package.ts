import type { PackageManifest } from '../workspace.ts';

/** The folder of an export that holds the packed packages. */
export const TARBALLS = 'tarballs';

export interface ExportedManifestInput {
  /** The package.json as it is published. */
  readonly manifest: PackageManifest;
  /** The versions that the project develops with, by package. */
  readonly developmentVersions: Readonly<Record<string, string>>;
  /** Names of the tarballs in the export, by the package they hold. */
  readonly tarballs: ReadonlyMap<string, string>;
}

/** Peers without which an entry point cannot be imported; Redis is only looked for when a store connects. */
const IMPORTED_PEERS = /^@(?:opentelemetry|langchain)\//;

/** Vite is a peer of Vitest, which yarn does not install by itself. */
const TEST_RUNNER = ['vite', 'vitest'];

/**
 * The package.json of the package in another workspace: it takes its siblings from the tarballs beside it, and brings what its tests need,
 * which is the test runner and the peers that its entry points import.
 */
export function exportedManifest({ manifest, developmentVersions, tarballs }: ExportedManifestInput): PackageManifest {
  const dependencies = Object.entries(manifest.dependencies ?? {}).map(([name, wanted]) => {
    const tarball = tarballs.get(name);
    return [name, tarball === undefined ? wanted : `file:${TARBALLS}/${tarball}`] as const;
  });
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter((name) => IMPORTED_PEERS.test(name));
  const wanted = [...TEST_RUNNER, ...peers];
  const needed = Object.entries(developmentVersions).filter(([name]) => wanted.includes(name));
  return {
    ...manifest,
    scripts: { test: 'vitest run' },
    dependencies: Object.fromEntries(dependencies),
    devDependencies: Object.fromEntries(needed),
  };
}
