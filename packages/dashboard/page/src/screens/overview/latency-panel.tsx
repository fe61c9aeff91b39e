import type { VNode } from 'preact';
import type { Overview } from '../../../../src/wire/index.ts';
import type { Layer } from '../../charts/layer.ts';
import { TimePlot, TipList } from '../../charts/time-plot.tsx';
import { durationText } from '../../format/duration.ts';
import { LegendItem, Mark, Nothing, Panel } from '../../parts/panel.tsx';

/** How long model calls take, and when their first chunk comes. */
export function LatencyPanel({ overview }: { readonly overview: Overview }): VNode {
  const { buckets, latency } = overview;
  const p50 = finished(latency.p50Ms);
  const p95 = finished(latency.p95Ms);
  const first = finished(latency.firstChunkP50Ms);
  const isEmpty = p50.every((ms) => ms === null);
  const layers: Layer[] = [
    { kind: 'band', token: '--time-soft', opacity: 0.55, low: p50, high: p95 },
    { kind: 'line', token: '--time-fill', values: p95, width: 1 },
    { kind: 'line', token: '--ink', values: p50, width: 1.75 },
    { kind: 'line', token: '--ink-2', values: first, width: 1.25, dash: [1, 3] },
  ];
  return (
    <Panel
      title="Time of model calls"
      place="span-5 half"
      legend={
        <>
          <LegendItem mark={<Mark token="--ink" kind="stroke" />}>p50</LegendItem>
          <LegendItem mark={<Mark token="--time-soft" />}>to p95</LegendItem>
          <LegendItem mark={<i class="mark dotted" />}>first chunk, p50</LegendItem>
        </>
      }
    >
      {isEmpty ? (
        <Nothing height={216}>No model call has ended in a whole bucket yet. The first ones fill this.</Nothing>
      ) : (
        <TimePlot
          label="Time of model calls: p50, p95 and first chunk over the period"
          {...{ buckets, layers }}
          height={216}
          left={44}
          isWhole
          tickText={axisTime}
          tip={(at, last) => (
            <TipList
              parts={[
                { mark: <Mark token="--ink" kind="stroke" />, name: 'p50', value: times(p50, at, last) },
                { mark: <Mark token="--time-soft" />, name: 'p95', value: times(p95, at, last) },
                { mark: <i class="mark dotted" />, name: 'first chunk', value: times(first, at, last) },
              ]}
            />
          )}
        />
      )}
    </Panel>
  );
}

/** The last bucket is not finished, so it has no place on a line. */
export function finished(values: readonly (number | null)[]): (number | null)[] {
  return values.map((value, at) => (at === values.length - 1 ? null : value));
}

/** The time at a grid line: `0`, `250 ms`, `2 s`, `2.5 s`. */
export function axisTime(ms: number): string {
  if (ms === 0) return '0';
  return durationText(ms).replace('.0 s', ' s');
}

function times(values: readonly (number | null)[], first: number, last: number): string {
  const known = values.slice(first, last + 1).filter((value) => value !== null);
  return known.length === 0 ? '–' : durationText(Math.max(...known));
}
