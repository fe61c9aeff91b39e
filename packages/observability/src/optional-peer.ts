/**
 * Loads a package that need not be installed.
 *
 * Its name is not a literal, and bundlers leave the import alone. Without that, they fail where the package is not installed.
 *
 * @throws an error with the code `ERR_MODULE_NOT_FOUND` if it is not installed
 */
export async function importPeer<Module>(name: string): Promise<Module> {
  return (await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ name)) as Module;
}
