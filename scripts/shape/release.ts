import { isDeepStrictEqual } from 'node:util';
import type { PackageManifest } from '../workspace.ts';
import type { SourceFile } from './source-text.ts';

/** What every package that is published states in the same way. */
const STATED = {
  license: 'MIT',
  type: 'module',
  engines: { node: '>=22.19' },
  publishConfig: { access: 'public', provenance: true },
} as const;

/** Manifests that would publish a package in another way than the others. */
export function manifestFindings(manifest: PackageManifest): string[] {
  const stated: Readonly<Record<string, unknown>> = { ...manifest };
  return Object.entries(STATED)
    .filter(([field, value]) => !isDeepStrictEqual(stated[field], value))
    .map(([field, value]) => `${manifest.name}: its ${field} must be ${JSON.stringify(value)}`);
}

/** Licences under which users may use what is installed with a package. */
const ACCEPTED = new Set(['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);

/** The part of a package-lock.json that is read here. */
export interface Lockfile {
  readonly packages: Readonly<
    Record<string, { readonly dev?: boolean; readonly link?: boolean; readonly license?: string }>
  >;
}

/** Packages that users install with ours and whose licence is missing or not accepted. */
export function licenceFindings({ packages }: Lockfile): string[] {
  return Object.entries(packages)
    .filter(([path, { dev, link }]) => path.includes('node_modules/') && dev !== true && link !== true)
    .filter(([, { license }]) => license === undefined || !ACCEPTED.has(license))
    .map(([path, { license = 'no licence' }]) => `${path}: ${license} is not among ${[...ACCEPTED].join(', ')}`);
}

/** What a tarball may contain: text about the package, sources, their build, and the page of the dashboard. */
const PACKED =
  /^(README\.md|CHANGELOG\.md|LICENSE|package\.json|src\/.+\.(ts|json)|dist\/.+\.(js|d\.ts)(\.map)?|dist\/page\/.+\.(html|css|js|json|svg|woff2))$/;

/** Files of a tarball that its users have no use for. */
export function strayFileFindings(paths: readonly string[]): string[] {
  return paths
    .filter((path) => path !== '' && !PACKED.test(path))
    .map((path) => `its tarball has ${path}, which is no source, build or text about the package`);
}

/** A reader takes in this many names of `tta-dev-primitives` at a glance; what only our packages share is in its `internal.ts`. */
const MAX_PUBLIC_NAMES = 50;

/** An index that exports too many names. */
export function indexFindings({ path, text }: SourceFile): string[] {
  const lists = Array.from(text.matchAll(/export (?:type )?\{([^}]*)\}/g), ([, list = '']) => list.split(','));
  const count = lists.flat().filter((name) => name.trim() !== '').length;
  return count > MAX_PUBLIC_NAMES
    ? [`${path}: it exports ${count} names, and at most ${MAX_PUBLIC_NAMES} are allowed`]
    : [];
}
