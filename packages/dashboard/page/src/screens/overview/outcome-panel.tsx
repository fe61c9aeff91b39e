import type { VNode } from 'preact';
import type { Overview } from '../../../../src/wire/index.ts';
import type { Layer } from '../../charts/layer.ts';
import { bucketName, stacked } from '../../charts/scale.ts';
import { sumOf, TimePlot, TipList } from '../../charts/time-plot.tsx';
import { countText } from '../../format/count.ts';
import { Count } from '../../parts/numbers.tsx';
import { LegendItem, Mark, Panel } from '../../parts/panel.tsx';

/** Requests by who answered them; trouble on top. */
export function OutcomePanel({ overview }: { readonly overview: Overview }): VNode {
  const { buckets, outcomes } = overview;
  const parts = [
    { name: 'model', token: '--time-fill', counts: outcomes.model, kind: '' },
    { name: 'cache', token: '--cache-fill', counts: outcomes.cache, kind: 'round' },
    { name: 'late', token: '--attention-fill', counts: outcomes.late, kind: '' },
    { name: 'no answer', token: '--trouble-fill', counts: outcomes.noAnswer, kind: '' },
  ];
  const stacks = stacked(parts.map(({ counts }) => counts));
  const layers = parts.map(
    ({ token }, at): Layer => ({ kind: 'bars', token, ...(stacks[at] as { low: number[]; high: number[] }) }),
  );
  const title = `Requests per ${bucketName(buckets.stepMs)}`;
  const all = (counts: readonly number[]): number => sumOf(counts, 0, counts.length);
  return (
    <Panel
      title={title}
      place="span-5 half"
      legend={parts.map(({ name, token, counts, kind }) => (
        <LegendItem key={name} mark={<Mark token={token} kind={kind} />} total={<Count of={all(counts)} />}>
          {name}
        </LegendItem>
      ))}
    >
      <TimePlot
        label={`${title}: ${parts.map(({ name, counts }) => `${name} ${all(counts)}`).join(', ')}`}
        {...{ buckets, layers }}
        isWhole
        height={216}
        left={34}
        tickText={(value) => countText(value)}
        tip={(first, last) => (
          <TipList
            parts={parts.map(({ name, token, counts, kind }) => ({
              mark: <Mark token={token} kind={kind} />,
              name,
              value: countText(sumOf(counts, first, last)),
            }))}
          />
        )}
      />
    </Panel>
  );
}
