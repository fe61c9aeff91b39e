/** The part of a coverage summary (vitest's `json-summary`) that is read here; `total` is one of its keys. */
export type CoverageSummary = Readonly<
  Record<string, { readonly lines: { readonly total: number; readonly covered: number } }>
>;

/**
 * Packages whose sources are tested too little, or were not measured at all: a threshold over no files passes.
 *
 * @param folders - the packages' folders, absolute
 * @param leastPercent - how many lines in a hundred must be covered
 */
export function coverageFindings(summary: CoverageSummary, folders: readonly string[], leastPercent: number): string[] {
  return folders.flatMap((folder) => {
    let total = 0;
    let covered = 0;
    for (const [path, { lines }] of Object.entries(summary)) {
      if (!path.startsWith(`${folder}/`)) continue;
      total += lines.total;
      covered += lines.covered;
    }
    if (total === 0) return [`${folder}: no line of it was measured`];
    const percent = (100 * covered) / total;
    return percent < leastPercent
      ? [`${folder}: ${percent.toFixed(1)} % of the lines are covered, and at least ${leastPercent} % must be`]
      : [];
  });
}
