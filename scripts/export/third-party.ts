import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npmIn, type Supervision } from '../command.ts';
import { publishedPackages } from '../workspace.ts';

/** A software bill of materials in the format CycloneDX. */
const SBOM_FILE = 'sbom.cdx.json';

/** The licences of all packages that are installed with the exported one. */
const LICENCES_FILE = 'LICENCES.md';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly { readonly license?: { readonly id?: string; readonly name?: string } }[];
  readonly externalReferences?: readonly { readonly type: string }[];
}

interface Sbom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/**
 * Writes which packages come with a package, in which versions and under which licences.
 *
 * @param project - an empty project in which the package was installed
 */
export async function writeThirdParty(
  bundle: string,
  name: string,
  project: string,
  supervision: Supervision,
): Promise<void> {
  const printed = await npmIn(project, ['sbom', '--sbom-format=cyclonedx', '--sbom-type=library'], supervision);
  const sbom = aboutPackage(JSON.parse(printed) as Sbom, name);
  await writeFile(join(bundle, SBOM_FILE), `${JSON.stringify(sbom, null, 2)}\n`);
  const own = (await publishedPackages()).map(({ manifest }) => manifest.name);
  await writeFile(join(bundle, LICENCES_FILE), licences(sbom, own));
}

/** The bill of a project that installed a package becomes the bill of that package. */
export function aboutPackage(sbom: Sbom, name: string): Sbom {
  const project = sbom.metadata.component['bom-ref'];
  const component = sbom.components.find((found) => found.name === name);
  if (component === undefined) throw new Error(`${name} is not among the packages that were installed`);
  return {
    ...sbom,
    metadata: { ...sbom.metadata, component: withoutOrigin(component) },
    components: sbom.components.filter((found) => found !== component).map(withoutOrigin),
    dependencies: sbom.dependencies.filter(({ ref }) => ref !== project),
  };
}

/** Where a package was taken from is a fact of this machine: a folder for temporary files, or the mirror of a registry. */
function withoutOrigin(component: Component): Component {
  const { externalReferences = [], ...rest } = component;
  return { ...rest, externalReferences: externalReferences.filter(({ type }) => type !== 'distribution') };
}

/** A table of the packages of others, in order of their names. */
export function licences({ components }: Sbom, own: readonly string[]): string {
  const rows = components
    .filter(({ name }) => !own.includes(name))
    .map((component) => `| ${component.name} | ${component.version} | ${licenceOf(component)} |`)
    .sort();
  return [
    '# Licences of the dependencies',
    '',
    '| package | version | licence |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function licenceOf({ licenses = [] }: Component): string {
  const named = licenses.flatMap(({ license }) => license?.id ?? license?.name ?? []);
  return named.length === 0 ? 'unknown' : named.join(', ');
}
