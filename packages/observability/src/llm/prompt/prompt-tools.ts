import { safely } from 'tta-dev-primitives/internal';

/** Most programs offer the same tools with every request: they are measured once. */
const measured = new WeakMap<object, number>();

/** How many characters tools have as JSON; 0 of what has none. */
export function charactersOfTools(tools: object): number {
  const known = measured.get(tools);
  if (known !== undefined) return known;
  const characters = safely(() => JSON.stringify(tools)?.length) ?? 0;
  measured.set(tools, characters);
  return characters;
}

/** Whether a list or a record of tools holds any. */
export function hasAny(tools: unknown): tools is object {
  return typeof tools === 'object' && tools !== null && Object.keys(tools).length > 0;
}
