/** The oldest Node.js that these packages are tested on: the one of `engines`. */
const OLDEST = { major: 22, minor: 19 };

/** The versions of a process, as `process.versions` has them. */
export type RuntimeVersions = Readonly<Record<string, string | undefined>>;

/** What to say on a Node.js that is too old. Undefined on a newer one, and on Bun, Deno and runtimes without a process. */
export function unsupportedNode({ node, bun, deno }: RuntimeVersions): string | undefined {
  if (node === undefined || bun !== undefined || deno !== undefined) return undefined;
  const [major = 0, minor = 0] = node.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return undefined;
  return `tta-dev-primitives needs Node.js ${OLDEST.major}.${OLDEST.minor} or newer, but this is Node.js ${node}.`;
}

// Without this, an older Node.js fails later, at the first of the functions that it lacks, and names that function alone.
const refusal = unsupportedNode(globalThis.process?.versions ?? {});
if (refusal !== undefined) throw new Error(refusal);
