import uPlot from 'uplot';
import { colour } from '../state/theme.ts';
import type { BandLayer, BarsLayer, Layer, LineLayer } from './layer.ts';

/** Ground between neighbouring bars, and between the parts of one, in CSS pixels. */
const BAR_GAP = 2;
const PART_GAP = 0.75;

export interface PlotSetup {
  readonly width: number;
  readonly height: number;
  /** Room for the labels of the value axis, in CSS pixels. */
  readonly left: number;
  readonly start: number;
  readonly end: number;
  /** Read when it is drawn, so a growing axis needs no new chart. */
  readonly ticks: () => readonly number[];
  readonly layers: () => readonly Layer[];
  readonly onHover: (index: number | undefined) => void;
}

/** Options of uPlot for a stack of layers. Labels and legends are HTML, so uPlot draws marks and the grid alone. */
export function plotOptions(setup: PlotSetup): uPlot.Options {
  const layers = setup.layers();
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  layers.forEach((layer, at) => {
    if (layer.kind === 'bars') series.push(barsSeries(layer, at, setup));
    else if (layer.kind === 'band') {
      bands.push({ series: [series.length, series.length + 1], fill: () => faded(layer) });
      series.push(hiddenLine(), hiddenLine());
    } else series.push(lineSeries(layer));
  });
  return {
    width: setup.width,
    height: setup.height,
    padding: [8, 2, 0, 0],
    legend: { show: false },
    series,
    bands,
    scales: {
      x: { time: false, range: () => [setup.start, setup.end] },
      y: { range: () => [0, setup.ticks().at(-1) ?? 1] },
    },
    axes: [{ show: false }, valueGrid(setup)],
    cursor: {
      x: false,
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: { show: false },
    },
    hooks: { setCursor: [(plot) => setup.onHover(hoveredBucket(plot))] },
  };
}

/** The columns that uPlot draws: the middles of the buckets, then what each layer needs. */
export function plotData(xs: readonly number[], layers: readonly Layer[]): uPlot.AlignedData {
  const columns = layers.flatMap((layer) => {
    if (layer.kind === 'bars') return [layer.high];
    if (layer.kind === 'band') return [layer.high, layer.low];
    return [layer.values];
  });
  return [xs, ...columns] as uPlot.AlignedData;
}

/** Says whether one chart can be updated in place: the same marks in the same order. */
export function layersShape(layers: readonly Layer[]): string {
  return layers.map(({ kind, token }) => `${kind}${token}`).join();
}

function hoveredBucket(plot: uPlot): number | undefined {
  const { idx, left = -1 } = plot.cursor;
  return left < 0 ? undefined : (idx ?? undefined);
}

function valueGrid(setup: PlotSetup): uPlot.Axis {
  return {
    size: setup.left,
    splits: () => [...setup.ticks()],
    values: (_, splits) => splits.map(() => ''),
    grid: { stroke: () => colour('--line'), width: 1 },
    ticks: { show: false },
  };
}

function lineSeries({ kind, token, width, dash }: LineLayer): uPlot.Series {
  return {
    stroke: () => colour(token),
    width,
    ...(dash !== undefined && { dash: [...dash], cap: 'round' as const }),
    ...(kind === 'steps' && { paths: steps }),
    points: { show: true, size: width * 2, fill: () => colour(token), width: 0, filter: lonelyPoints },
  };
}

/** One level for each bucket, from its start to its end: uPlot's own steps begin in the middle of a bucket. */
const steps: uPlot.Series.PathBuilder = (plot, seriesIndex, first, last) => {
  const stroke = new Path2D();
  const values = plot.data[seriesIndex] as (number | null)[];
  const slot = plot.bbox.width / Math.max(1, values.length);
  let isDrawn = false;
  for (let index = first; index <= last; index += 1) {
    const value = values[index] ?? null;
    if (value !== null) {
      const [x, y] = [plot.bbox.left + index * slot, plot.valToPos(value, 'y', true)];
      if (isDrawn) stroke.lineTo(x, y);
      else stroke.moveTo(x, y);
      stroke.lineTo(x + slot, y);
    }
    isDrawn = value !== null;
  }
  return { stroke };
};

/** A value between two gaps would not show as a line. */
function lonelyPoints(plot: uPlot, seriesIndex: number): number[] {
  const values = plot.data[seriesIndex] as (number | null)[];
  return values.flatMap((value, at) =>
    value !== null && values[at - 1] == null && values[at + 1] == null ? [at] : [],
  );
}

function hiddenLine(): uPlot.Series {
  return { stroke: 'transparent', width: 0, points: { show: false } };
}

function faded({ token, opacity }: BandLayer): string {
  return `color-mix(in srgb, ${colour(token)} ${Math.round(opacity * 100)}%, transparent)`;
}

/** Bars with their own edges below and above: uPlot's own bars all begin at 0, which would hide the ground between the parts. */
function barsSeries({ token }: BarsLayer, at: number, setup: PlotSetup): uPlot.Series {
  return {
    fill: () => colour(token),
    width: 0,
    points: { show: false },
    paths: (plot, _seriesIndex, first, last) => {
      const layer = setup.layers()[at] as BarsLayer;
      const ratio = uPlot.pxRatio;
      const bars = new Path2D();
      const xs = plot.data[0] as number[];
      const slot = plot.bbox.width / Math.max(1, xs.length);
      const width = Math.max(ratio, slot - BAR_GAP * ratio);
      for (let index = first; index <= last; index += 1) {
        const [low, high] = [layer.low[index] ?? 0, layer.high[index] ?? 0];
        if (high <= low) continue;
        const bottom = plot.valToPos(low, 'y', true) - (low > 0 ? PART_GAP * ratio : 0);
        const top = Math.min(plot.valToPos(high, 'y', true), bottom - ratio * 0.5);
        bars.rect(plot.valToPos(xs[index] ?? 0, 'x', true) - width / 2, top, width, bottom - top);
      }
      return { fill: bars };
    },
  };
}
