import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { StreamHealth } from '../../../../src/wire/index.ts';
import { useWidth } from '../../charts/use-width.ts';
import { durationText } from '../../format/duration.ts';
import { grouped } from '../../format/grouped.ts';
import { Count, DurationFigure } from '../../parts/numbers.tsx';
import { Nothing, Panel } from '../../parts/panel.tsx';
import { routeColours } from '../../state/app-state.ts';

const ENDINGS: Readonly<Record<StreamHealth['ending'], string>> = {
  whole: 'ended whole',
  cut: 'was cut off',
  cancelled: 'was cancelled by the caller',
  timeout: 'ran out of time',
  failed: 'failed',
};

/** Drawn one by one up to here; beyond, how dense they were. */
const MOST_TICKS = 400;
const HEIGHT = 58;

export interface StreamPanelProps {
  readonly stream: StreamHealth | undefined;
  readonly route: string | undefined;
}

/** How the answer came: a tick for each chunk, and the longest silence beside its limit. */
export function StreamPanel({ stream, route }: StreamPanelProps): VNode | null {
  if (stream === undefined) return null;
  const isTrouble = stream.ending !== 'whole' && stream.ending !== 'cancelled';
  return (
    <Panel
      title="Stream"
      note={
        <>
          <span class={isTrouble ? 'trouble' : ''}>{ENDINGS[stream.ending]}</span>
          {stream.finish === undefined ? null : (
            <>
              , finish <span class="mono">{stream.finish}</span>
            </>
          )}
        </>
      }
    >
      {stream.chunkAtMs === undefined || stream.chunkAtMs.length < 2 ? (
        <Nothing height={HEIGHT}>The times of the chunks were not kept.</Nothing>
      ) : (
        <Ticks stream={stream} times={stream.chunkAtMs} token={routeColours.tokenOf(route ?? '')} />
      )}
      <dl class="values four">
        <div>
          <dt>Chunks</dt>
          <dd>
            <Count of={stream.chunks} />
          </dd>
        </div>
        <div>
          <dt>Gap, p50</dt>
          <dd>
            <DurationFigure ms={stream.gapP50Ms} />
          </dd>
        </div>
        <div>
          <dt>Longest gap</dt>
          <dd>
            <DurationFigure ms={stream.longestGapMs} />
            {stream.idleLimitMs === undefined ? null : <small>of {durationText(stream.idleLimitMs)}</small>}
          </dd>
        </div>
        <div>
          <dt>Speed</dt>
          <dd>
            {stream.tokensPerSecond === null ? <Count of={null} /> : grouped(stream.tokensPerSecond)}
            <small>tokens/s</small>
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

interface TicksProps {
  readonly stream: StreamHealth;
  readonly times: readonly number[];
  readonly token: string;
}

function Ticks({ stream, times, token }: TicksProps): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  // The first chunk reaches the caller a little after it came from the model.
  const start = Math.min(stream.firstChunkMs ?? Number.POSITIVE_INFINITY, times[0] ?? 0);
  const x = (at: number): number => ((at - start) / Math.max(1, stream.endMs - start)) * (width - 2);
  const gap = longestGap(times);
  const [left, right] = [x(gap.from) + 3, x(gap.to) - 1];
  const text = `longest gap ${durationText(stream.longestGapMs ?? gap.to - gap.from)}`;
  const hasRoom = right - left > text.length * 6;
  return (
    <div class="chart" ref={frame} role="img" aria-label={`${times.length} chunks; ${text}`}>
      <svg height={HEIGHT} viewBox={`0 0 ${Math.max(1, width)} ${HEIGHT}`} aria-hidden="true">
        {right - left < 2 ? null : (
          <rect x={left} width={right - left} y={6} height={26} fill="var(--attention-tint)" />
        )}
        {ticksOf(times, x).map(({ at, height, key }) => (
          <rect key={key} x={at} width={1.5} y={32 - height} height={height} fill={`var(${token})`} />
        ))}
        {right - left < 2 ? null : (
          <text
            x={hasRoom ? (left + right) / 2 : Math.min(width, Math.max(right, 130))}
            y={hasRoom ? 23 : 52}
            text-anchor={hasRoom ? 'middle' : 'end'}
            class="gap"
          >
            {hasRoom || width > 360 ? text : ''}
          </text>
        )}
        <line x1={0} x2={width} y1={36.5} y2={36.5} stroke="var(--line-strong)" />
        <text x={0} y={52}>
          first chunk {durationText(start)}
        </text>
        <text x={width} y={52} text-anchor="end">
          end {durationText(stream.endMs)}
        </text>
      </svg>
    </div>
  );
}

interface Tick {
  readonly key: number;
  readonly at: number;
  readonly height: number;
}

/** One tick for each chunk, or, of very many, the density in equal stretches. */
function ticksOf(times: readonly number[], x: (at: number) => number): readonly Tick[] {
  if (times.length < MOST_TICKS) return times.map((time, key) => ({ key, at: x(time), height: 26 }));
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 1];
  const counts = Array.from({ length: 200 }, () => 0);
  for (const time of times) {
    const slot = Math.min(199, Math.floor(((time - first) / Math.max(1, last - first)) * 200));
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  return counts.map((count, key) => ({
    key,
    at: x(first + ((last - first) * key) / 200),
    height: (count / most) * 26,
  }));
}

function longestGap(times: readonly number[]): { readonly from: number; readonly to: number } {
  let longest = { from: times[0] ?? 0, to: times[0] ?? 0 };
  for (let at = 1; at < times.length; at += 1) {
    const [from, to] = [times[at - 1] ?? 0, times[at] ?? 0];
    if (to - from > longest.to - longest.from) longest = { from, to };
  }
  return longest;
}
