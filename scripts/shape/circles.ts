import type { Import } from './imports.ts';

/** Files that import each other, in however many steps: one sentence for each import that closes a circle. */
export function circles(imports: readonly Import[]): string[] {
  const importsFrom = Map.groupBy(imports, ({ from }) => from);
  const findings: string[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (file: string): void => {
    way.push(file);
    for (const { line, target } of importsFrom.get(file) ?? []) {
      const start = way.indexOf(target);
      if (start >= 0)
        findings.push(`${file}:${line}: closes a circle of imports: ${[...way.slice(start), target].join(' -> ')}`);
      else if (!done.has(target) && importsFrom.has(target)) visit(target);
    }
    way.pop();
    done.add(file);
  };
  for (const file of importsFrom.keys()) if (!done.has(file)) visit(file);
  return findings;
}
