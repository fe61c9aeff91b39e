import { join } from 'node:path';
import { npmIn, type Supervision } from './command.ts';
import { root, type WorkspacePackage } from './workspace.ts';

/**
 * Packs a package, as built, into a folder.
 *
 * @returns the path of the tarball
 */
export async function packPackage(
  { folder }: WorkspacePackage,
  destination: string,
  supervision: Supervision = {},
): Promise<string> {
  const printed = await npmIn(
    join(root, folder),
    ['pack', '--json', '--ignore-scripts', '--pack-destination', destination],
    supervision,
  );
  const [packed] = Object.values(JSON.parse(printed) as Record<string, { readonly filename: string }>);
  if (packed === undefined) throw new Error(`npm pack made no tarball of ${folder}`);
  return join(destination, packed.filename);
}
