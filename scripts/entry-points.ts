import { join } from 'node:path';
import { root, type WorkspacePackage } from './workspace.ts';

/** An import path of a package, as built. */
export interface EntryPoint {
  /** What users import: `tta-observability-integration/llm`. */
  readonly specifier: string;
  /** Its key in `exports`: `./llm`. */
  readonly subpath: string;
  /** The absolute path of its declarations. */
  readonly declarations: string;
}

/** The import paths of a package that resolve to code. */
export function entryPoints({ folder, manifest }: WorkspacePackage): readonly EntryPoint[] {
  const exported = (manifest.exports ?? {}) as Readonly<Record<string, string | { readonly types?: string }>>;
  return Object.entries(exported).flatMap(([subpath, target]) => {
    if (typeof target === 'string' || target.types === undefined) return [];
    return [{ specifier: join(manifest.name, subpath), subpath, declarations: join(root, folder, target.types) }];
  });
}
