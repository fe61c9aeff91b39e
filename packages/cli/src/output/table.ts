/** A table of texts: the first row is its head. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Lays a table out in lines: the first column to the left, every other one, being numbers, to the right.
 *
 * @example
 * ```ts
 * tableLines({ head: ['Route', 'Requests'], rows: [['small', '12']] }); // ['Route  Requests', 'small        12']
 * ```
 */
export function tableLines({ head, rows }: Table): readonly string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((text, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? text.padEnd(width) : text.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
