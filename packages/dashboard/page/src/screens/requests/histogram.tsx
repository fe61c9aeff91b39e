import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { RequestHistogram } from '../../../../src/wire/index.ts';
import { timeTicks } from '../../charts/scale.ts';
import { useWidth } from '../../charts/use-width.ts';
import { change, clock, view } from '../../state/app-state.ts';

const BARS_PX = 32;

/** Requests over the range, those without an answer in red. Dragging over it is the filter of time. */
export function Histogram({ histogram }: { readonly histogram: RequestHistogram }): VNode {
  const { buckets, requests, noAnswer } = histogram;
  const { startAtMs, stepMs, count } = buckets;
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const dragFrom = useSignal<number | undefined>(undefined);
  const dragTo = useSignal<number | undefined>(undefined);
  const { fromAtMs, toAtMs } = view.value.query;
  const end = startAtMs + stepMs * count;
  const highest = Math.max(1, ...requests);
  const bucketAt = (event: PointerEvent): number => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return Math.max(0, Math.min(count - 1, Math.floor(((event.clientX - box.left) / box.width) * count)));
  };
  const brush =
    dragFrom.value !== undefined && dragTo.value !== undefined
      ? { from: Math.min(dragFrom.value, dragTo.value), to: Math.max(dragFrom.value, dragTo.value) + 1 }
      : fromAtMs !== undefined && toAtMs !== undefined
        ? { from: (fromAtMs - startAtMs) / stepMs, to: (toAtMs - startAtMs) / stepMs }
        : undefined;
  const select = (): void => {
    if (dragFrom.peek() === undefined || brush === undefined) return;
    const query = {
      ...view.peek().query,
      fromAtMs: startAtMs + brush.from * stepMs,
      toAtMs: startAtMs + brush.to * stepMs,
    };
    dragFrom.value = undefined;
    dragTo.value = undefined;
    change({ query });
  };
  const isIn = (at: number): boolean => brush !== undefined && at + 0.5 >= brush.from && at + 0.5 <= brush.to;
  return (
    <div
      class="histogram"
      ref={frame}
      role="img"
      aria-label={`Requests over the range: ${requests.reduce((sum, value) => sum + value, 0)}`}
      onPointerDown={(event) => {
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
        dragFrom.value = bucketAt(event);
        dragTo.value = dragFrom.value;
      }}
      onPointerMove={(event) => {
        if (dragFrom.peek() !== undefined) dragTo.value = bucketAt(event);
      }}
      onPointerUp={select}
      onPointerCancel={() => {
        dragFrom.value = undefined;
      }}
    >
      <svg viewBox={`0 0 ${count} ${BARS_PX}`} preserveAspectRatio="none" aria-hidden="true">
        {requests.map((value, at) => {
          const height = (value / highest) * BARS_PX;
          const bad = noAnswer[at] ?? 0;
          const badHeight = bad === 0 ? 0 : Math.max(4, (bad / highest) * BARS_PX);
          return (
            <g key={startAtMs + at * stepMs}>
              <rect
                class={isIn(at) ? 'bar in' : 'bar'}
                x={at + 0.06}
                width={0.88}
                y={BARS_PX - height}
                height={height}
              />
              {bad === 0 ? null : (
                <rect class="bar bad" x={at + 0.06} width={0.88} y={BARS_PX - badHeight} height={badHeight} />
              )}
            </g>
          );
        })}
      </svg>
      {brush === undefined ? null : (
        <div
          class="brush"
          style={{ left: `${(brush.from / count) * 100}%`, width: `${((brush.to - brush.from) / count) * 100}%` }}
        />
      )}
      <div class="labels" aria-hidden="true">
        {timeTicks(startAtMs, end, Math.min(width, 699)).map((at) => (
          <span key={at}>{clock.tick(at, end - startAtMs)}</span>
        ))}
      </div>
    </div>
  );
}
