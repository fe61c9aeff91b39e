import type { ComponentChildren, VNode } from 'preact';
import type { Buckets } from '../../../src/wire/index.ts';
import { clock } from '../state/app-state.ts';
import type { Layer } from './layer.ts';
import { Plot } from './plot.tsx';
import { inPairs, NARROW_PX, timeTicks, valueAxis } from './scale.ts';

export interface TimePlotProps {
  readonly label: string;
  readonly buckets: Buckets;
  readonly height: number;
  readonly left: number;
  readonly isWhole?: boolean;
  readonly tickText: (value: number, step: number) => string;
  readonly layers: readonly Layer[];
  /** What is listed of the buckets from `first` to `last`. */
  readonly tip?: (first: number, last: number) => ComponentChildren;
}

/** A chart whose horizontal axis is the period of the screen. Narrow ones draw pairs of buckets as one. */
export function TimePlot({
  label,
  buckets,
  height,
  left,
  isWhole = false,
  tickText,
  layers,
  tip,
}: TimePlotProps): VNode {
  const { startAtMs, stepMs, count } = buckets;
  const end = startAtMs + stepMs * count;
  const hover = (index: number, drawn: number): ComponentChildren => {
    const perBar = drawn < count ? 2 : 1;
    const [first, last] = [index * perBar, Math.min(count, (index + 1) * perBar) - 1];
    return (
      <>
        <div class="tip-head">
          {clock.edge(startAtMs + first * stepMs, stepMs)} – {clock.edge(startAtMs + (last + 1) * stepMs, stepMs)}
        </div>
        {tip?.(first, last)}
      </>
    );
  };
  return (
    <Plot
      {...{ label, height, left, tickText }}
      start={startAtMs}
      end={end}
      ticks={(drawn) => valueAxis(largestOf(drawn), { isWhole }).ticks}
      xLabels={(width) => timeTicks(startAtMs, end, width).map((at) => ({ at, text: clock.tick(at, end - startAtMs) }))}
      layers={(width) => (width < NARROW_PX && count > 30 ? layers.map(narrowed) : layers)}
      {...(tip !== undefined && { tip: hover })}
    />
  );
}

/** The largest value that is drawn. */
function largestOf(layers: readonly Layer[]): number {
  return Math.max(
    0,
    ...layers.flatMap((layer) => ('values' in layer ? layer.values : layer.high)).map((value) => value ?? 0),
  );
}

function narrowed(layer: Layer): Layer {
  if (layer.kind === 'bars') return { ...layer, low: inPairs(layer.low), high: inPairs(layer.high) };
  if (layer.kind === 'band') return { ...layer, low: inPairs(layer.low), high: inPairs(layer.high) };
  return { ...layer, values: inPairs(layer.values) };
}

export interface TipPart {
  readonly mark?: VNode;
  readonly name: ComponentChildren;
  readonly value: ComponentChildren;
  readonly look?: string;
}

/** What a card lists, in the order of the stack. */
export function TipList({ parts }: { readonly parts: readonly TipPart[] }): VNode {
  return (
    <dl>
      {parts.map(({ mark, name, value, look = '' }, at) => (
        <div key={at} class={look}>
          <dt>
            {mark}
            <span class="clip">{name}</span>
          </dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The sum of the buckets from `first` to `last`. */
export function sumOf(values: readonly number[], first: number, last: number): number {
  return values.slice(first, last + 1).reduce((sum, value) => sum + value, 0);
}
