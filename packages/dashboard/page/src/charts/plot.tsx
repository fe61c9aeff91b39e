import { signal, useSignal } from '@preact/signals';
import type { FunctionComponent, VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { CanvasProps } from './canvas.tsx';
import { countOf } from './layer.ts';
import type { AxisLabel, PlotProps } from './plot-props.ts';
import { useWidth } from './use-width.ts';

const X_AXIS_PX = 22;

/** What draws the marks; it is asked for once the figures around the first chart are painted. */
const canvas = signal<FunctionComponent<CanvasProps> | 'asked' | 'failed' | undefined>(undefined);

async function loadCanvas(): Promise<void> {
  if (canvas.peek() !== undefined && canvas.peek() !== 'failed') return;
  canvas.value = 'asked';
  try {
    const { Canvas } = await import('./canvas.tsx');
    canvas.value = Canvas;
  } catch {
    canvas.value = 'failed';
  }
}

/** A chart by uPlot that is updated in place. Labels are HTML; the canvas holds marks alone. */
export function Plot(props: PlotProps): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  useEffect(() => void loadCanvas(), []);
  const Canvas = canvas.value;
  const hovered = useSignal<number | undefined>(undefined);
  const layers = width === 0 ? [] : props.layers(width);
  const ticks = props.ticks(layers);
  const top = ticks.at(-1) ?? 1;
  const plotHeight = props.height - X_AXIS_PX;
  const looks = typeof Canvas === 'function' ? 'chart' : 'chart bare';
  return (
    <div class={looks} ref={frame} role="img" aria-label={props.label} style={{ height: `${props.height}px` }}>
      {width === 0 ? null : (
        <>
          <Hovered {...{ hovered, width, props, count: countOf(layers) }} />
          <div class="zero" style={{ left: `${props.left}px`, top: `${plotHeight}px` }} />
          {Canvas === 'failed' ? (
            <p class="nothing">The chart could not be loaded: the server does not answer.</p>
          ) : typeof Canvas === 'function' ? (
            <Canvas {...{ props, layers, ticks, width, height: plotHeight, hovered }} />
          ) : null}
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
