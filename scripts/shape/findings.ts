import { quickStartOf } from '../readme.ts';
import type { PackageManifest } from '../workspace.ts';
import type { SourceFile } from './source-text.ts';

/** A source file is read in one go; what is longer holds two ideas. */
const MAX_SOURCE_LINES = 400;

/** Source files that are too long. */
export function longFiles(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, '').split('\n').length;
    return lines > MAX_SOURCE_LINES ? [`${path}: ${lines} lines, and at most ${MAX_SOURCE_LINES} are allowed`] : [];
  });
}

/** What a package needs at run time although it is to stand alone. */
export function runtimeDependencies({ name, dependencies, peerDependencies }: PackageManifest): string[] {
  return Object.keys({ ...dependencies, ...peerDependencies }).map(
    (dependency) => `${name}: it must have no dependencies, but it depends on ${dependency}`,
  );
}

/** Packages that are released together and yet differ in version, or want another version of each other than the present one. */
export function unequalVersions(manifests: readonly PackageManifest[]): string[] {
  const [first] = manifests;
  if (first === undefined) return [];
  const versions = new Map(manifests.map(({ name, version }) => [name, version]));
  const strays = manifests
    .filter(({ version }) => version !== first.version)
    .map(({ name, version }) => `${name}: its version is ${version}, but ${first.name} has ${first.version}`);
  const stale = manifests.flatMap(({ name, dependencies = {} }) =>
    Object.entries(dependencies)
      .filter(([dependency, wanted]) => versions.has(dependency) && versions.get(dependency) !== wanted)
      .map(
        ([dependency, wanted]) => `${name}: it wants ${dependency} ${wanted}, but that is ${versions.get(dependency)}`,
      ),
  );
  return [...strays, ...stale];
}

/** Whether the code in the README is the example that is run and type-checked. */
export function readmeDrift(readme: string, example: string): string[] {
  const code = quickStartOf(readme);
  if (code === undefined)
    return ['README.md: no block of TypeScript is followed by "This is [examples/quickstart.ts]"'];
  return code === example ? [] : ['README.md: its quick start differs from examples/quickstart.ts'];
}

/** Files that are bundled from many sources. */
const BUNDLES = 'dist/node/';

/** What a tarball lacks, and what it should not bring to those who install it, by the paths of its files. */
export function packedFileFindings(paths: readonly string[]): string[] {
  const missing = ['README.md', 'LICENSE'].filter((file) => !paths.includes(file));
  const strays = paths.filter((path) => /\.test(-d)?\.|__fixtures__|\.tsbuildinfo$/.test(path));
  const modules = paths.filter((path) => path.endsWith('.js.map') && !path.startsWith(BUNDLES));
  const unmapped = modules.filter((path) => !paths.includes(sourceOf(path)));
  return [
    ...missing.map((file) => `its tarball has no ${file}`),
    ...strays.map((path) => `its tarball has ${path}, which is for its own tests or build`),
    ...unmapped.map(
      (path) => `its tarball has ${path} but no ${sourceOf(path)}; if that was deleted, delete dist and build again`,
    ),
  ];
}

/** The source that a source map is of. */
function sourceOf(map: string): string {
  return map.replace(/^dist\//, 'src/').replace(/\.js\.map$/, '.ts');
}
