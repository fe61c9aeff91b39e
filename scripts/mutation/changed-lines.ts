/** The lines of files that a diff without context (`git diff -U0`) adds or changes, by path. */
export function changedLinesOf(diff: string): ReadonlyMap<string, ReadonlySet<number>> {
  const lines = new Map<string, Set<number>>();
  let current = new Set<number>();
  for (const line of diff.split('\n')) {
    const path = /^\+\+\+ b\/(?<path>.*)$/.exec(line)?.groups?.['path'];
    if (path !== undefined) lines.set(path, (current = new Set()));
    const hunk = /^@@ -\S+ \+(?<from>\d+)(?:,(?<count>\d+))? @@/.exec(line)?.groups;
    if (hunk === undefined) continue;
    const from = Number(hunk['from']);
    for (let offset = 0; offset < Number(hunk['count'] ?? 1); offset += 1) current.add(from + offset);
  }
  return lines;
}
