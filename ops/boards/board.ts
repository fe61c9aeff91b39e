import type { Query } from './queries.ts';

/** How Grafana prints the values of a panel. */
export type Unit = 'bytes' | 'currencyUSD' | 'dateTimeFromNow' | 'ops' | 'percentunit' | 's' | 'short';

/** From a value on, a colour. */
export interface Threshold {
  readonly from: number;
  readonly color: 'green' | 'yellow' | 'red';
}

/** One picture of a board. */
export interface Panel {
  readonly kind: 'graph' | 'stat' | 'table';
  readonly title: string;
  /** What it says, and what to think of it. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** In twenty-fourths of the board. @defaultValue 8 for a graph, 4 for a stat, 12 for a table */
  readonly width?: number;
  readonly thresholds?: readonly Threshold[];
  readonly isStacked?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  /** Words for values: `{ 0: 'closed', 2: 'open' }`. */
  readonly words?: Readonly<Record<number, string>>;
  /** Shown where there is no series yet. */
  readonly noValue?: string;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A value that the reader of a board may set, for its queries. */
export interface Setting {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly value: string;
}

/** A dashboard. */
export interface Board {
  /** Part of its address in Grafana, and the name of its file. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly settings?: readonly Setting[];
  /** A metric whose labels offer the values of `job` and `instance`. @defaultValue tta_build_info */
  readonly chosenFrom?: string;
  readonly rows: readonly Row[];
}

type Look = Omit<Panel, 'kind' | 'title' | 'unit' | 'description' | 'queries'>;

const maker =
  (kind: Panel['kind']) =>
  (title: string, unit: Unit, description: string, queries: Query | readonly Query[], look: Look = {}): Panel => ({
    kind,
    title,
    unit,
    description,
    queries: 'expr' in queries ? [queries] : queries,
    ...look,
  });

type PanelMaker = ReturnType<typeof maker>;

/** Lines over time. */
export const graph: PanelMaker = maker('graph');

/** The newest value, large. */
export const stat: PanelMaker = maker('stat');

/** The newest values, a line for each series. */
export const table: PanelMaker = maker('table');

/** Green, from `warnFrom` on yellow, from `badFrom` on red. */
export function worseAbove(warnFrom: number, badFrom: number): readonly Threshold[] {
  return [
    { from: -Infinity, color: 'green' },
    { from: warnFrom, color: 'yellow' },
    { from: badFrom, color: 'red' },
  ];
}

/** Red below 0, as money that was lost and not saved. */
export const RED_BELOW_ZERO: readonly Threshold[] = [
  { from: -Infinity, color: 'red' },
  { from: 0, color: 'green' },
];

/** Red, from `warnFrom` on yellow, from `goodFrom` on green. */
export function betterAbove(warnFrom: number, goodFrom: number): readonly Threshold[] {
  return [
    { from: -Infinity, color: 'red' },
    { from: warnFrom, color: 'yellow' },
    { from: goodFrom, color: 'green' },
  ];
}
