/** What one operation counts: 13 sums, and one histogram with 17 lines. */
export const COUNTERS: readonly string[] = Array.from({ length: 13 }, (_, index) => `scrape_events_${index}_total`);
export const SECONDS = 'scrape_seconds';
export const BUCKETS: readonly number[] = [
  ...[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
];

/** 13 sums, 15 buckets, a sum and a count. */
const LINES_PER_OPERATION = 30;

/** How many operations fill a page of about so many lines. */
export function operationsFor(lines: number): number {
  return Math.floor(lines / LINES_PER_OPERATION);
}

/** The lines that so many operations must have on a page. */
export function linesOf(operations: number): number {
  return operations * LINES_PER_OPERATION;
}

export const operationName = (index: number): string => `operation-${index}`;

/** A page, and how many of its lines belong to the workload. */
export interface Subject {
  readonly name: string;
  /** Writes the page as a scrape does. */
  readonly scrape: () => Promise<string | readonly Buffer[]>;
}

/** Counts the lines of the workload that have a value. */
export function countLines(page: string | readonly Buffer[]): number {
  return (typeof page === 'string' ? page : page.join('')).match(/^scrape_/gm)?.length ?? 0;
}
