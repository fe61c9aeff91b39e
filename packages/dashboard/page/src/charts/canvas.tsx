import { type signal, useSignalEffect } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { paletteVersion } from '../state/theme.ts';
import { countOf, type Layer } from './layer.ts';
import { layersShape, plotData, plotOptions } from './plot-options.ts';
import type { PlotProps } from './plot-props.ts';

export interface CanvasProps {
  readonly props: PlotProps;
  readonly layers: readonly Layer[];
  readonly ticks: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly hovered: ReturnType<typeof signal<number | undefined>>;
}

/** The marks of a chart, by uPlot. */
export function Canvas({ props, layers, ticks, width, height, hovered }: CanvasProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const current = useRef({ layers, ticks });
  current.current = { layers, ticks };
  const count = countOf(layers);
  const shape = `${layersShape(layers)};${width};${height};${props.left};${count}`;
  const xs = middles(props.start, props.end, count);
  const range = useRef({ start: props.start, end: props.end });
  range.current = { start: props.start, end: props.end };

  // Not a layout effect: the figures around the chart are painted a frame earlier.
  useEffect(() => {
    if (place.current === null) return;
    const setup = {
      ...{ width, height, left: props.left },
      get start() {
        return range.current.start;
      },
      get end() {
        return range.current.end;
      },
      ticks: () => current.current.ticks,
      layers: () => current.current.layers,
      onHover: (index: number | undefined) => {
        hovered.value = index;
      },
    };
    const made = new uPlot(plotOptions(setup), plotData(xs, layers), place.current);
    plot.current = made;
    return () => {
      plot.current = undefined;
      made.destroy();
    };
  }, [shape]);

  useEffect(() => {
    plot.current?.setData(plotData(xs, layers));
  });

  useSignalEffect(() => {
    if (paletteVersion.value > 0) plot.current?.redraw(false);
  });

  return <div class="canvas" ref={place} />;
}

function middles(start: number, end: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => start + ((at + 0.5) * (end - start)) / count);
}
