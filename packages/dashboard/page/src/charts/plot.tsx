import { type signal, useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { paletteVersion } from '../state/theme.ts';
import type { Layer } from './layer.ts';
import { layersShape, plotData, plotOptions } from './plot-options.ts';
import { useWidth } from './use-width.ts';

/** A label at a place of an axis. */
export interface AxisLabel {
  readonly at: number;
  readonly text: string;
}

export interface PlotProps {
  /** What a reader who cannot see it is told. */
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

const X_AXIS_PX = 22;

/** A chart by uPlot that is updated in place. Labels are HTML; the canvas holds marks alone. */
export function Plot(props: PlotProps): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const hovered = useSignal<number | undefined>(undefined);
  const layers = width === 0 ? [] : props.layers(width);
  const ticks = props.ticks(layers);
  const top = ticks.at(-1) ?? 1;
  const plotHeight = props.height - X_AXIS_PX;
  return (
    <div class="chart" ref={frame} role="img" aria-label={props.label} style={{ height: `${props.height}px` }}>
      {width === 0 ? null : (
        <>
          <Hovered {...{ hovered, width, props, count: countOf(layers) }} />
          <div class="zero" style={{ left: `${props.left}px`, top: `${plotHeight}px` }} />
          <Canvas {...{ props, layers, ticks, width, height: plotHeight, hovered }} />
          {ticks.map((tick) => (
            <span
              class="y-label"
              key={tick}
              style={{ top: `${8 + (1 - tick / top) * (plotHeight - 8)}px`, width: `${props.left - 8}px` }}
            >
              {props.tickText(tick, ticks[1] ?? 1)}
            </span>
          ))}
          {props.xLabels(width).map(({ at, text }) => (
            <XLabel key={at} at={at} text={text} props={props} width={width} />
          ))}
        </>
      )}
    </div>
  );
}

/** The first label begins at the axis, the last one ends with it, the others stand below their place. */
function XLabel({ at, text, props, width }: AxisLabel & { readonly props: PlotProps; readonly width: number }): VNode {
  const part = (at - props.start) / (props.end - props.start);
  const side = part <= 0 ? 'first' : part >= 1 ? 'last' : '';
  const inner = width - props.left - 2;
  return (
    <span
      class={`x-label ${side}`}
      style={side === 'last' ? { right: '2px' } : { left: `${props.left + part * inner}px` }}
    >
      {text}
    </span>
  );
}

interface CanvasProps {
  readonly props: PlotProps;
  readonly layers: readonly Layer[];
  readonly ticks: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly hovered: ReturnType<typeof signal<number | undefined>>;
}

function Canvas({ props, layers, ticks, width, height, hovered }: CanvasProps): VNode {
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

interface HoveredProps {
  readonly hovered: ReturnType<typeof signal<number | undefined>>;
  readonly width: number;
  readonly count: number;
  readonly props: PlotProps;
}

/** The tint behind the bucket under the pointer, and its card. */
function Hovered({ hovered, width, count, props }: HoveredProps): VNode | null {
  const index = hovered.value;
  if (index === undefined || props.tip === undefined || index >= count) return null;
  const slot = (width - props.left - 2) / count;
  const left = props.left + index * slot;
  const isRight = left > width / 2;
  const side = isRight ? { right: `${width - left + 10}px` } : { left: `${left + slot + 10}px` };
  return (
    <>
      <div
        class="tint"
        style={{ left: `${left}px`, width: `${slot}px`, height: `${props.height - X_AXIS_PX - 4}px` }}
      />
      <div class="tip" style={side}>
        {props.tip(index, count)}
      </div>
    </>
  );
}

function countOf(layers: readonly Layer[]): number {
  const [first] = layers;
  if (first === undefined) return 0;
  return first.kind === 'bars' || first.kind === 'band' ? first.high.length : first.values.length;
}

function middles(start: number, end: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => start + ((at + 0.5) * (end - start)) / count);
}
