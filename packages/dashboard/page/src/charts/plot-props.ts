import type { ComponentChildren } from 'preact';
import type { Layer } from './layer.ts';

/** A label at a place of an axis. */
export interface AxisLabel {
  readonly at: number;
  readonly text: string;
}

export interface PlotProps {
  /** The name of the chart for screen readers. */
  readonly label: string;
  readonly height: number;
  readonly left: number;
  readonly start: number;
  readonly end: number;
  /** The grid lines of the value axis, for what is drawn; the last is its top. */
  readonly ticks: (layers: readonly Layer[]) => readonly number[];
  readonly tickText: (value: number, step: number) => string;
  readonly xLabels: (width: number) => readonly AxisLabel[];
  /** Depends on the width: narrow charts draw fewer buckets. */
  readonly layers: (width: number) => readonly Layer[];
  /** The card of a bucket. */
  readonly tip?: (index: number, count: number) => ComponentChildren;
}
