import type { VNode } from 'preact';
import type { Bulkheads } from '../../../../src/wire/index.ts';
import { countOf } from '../../format/count.ts';
import { durationText } from '../../format/duration.ts';
import { grouped } from '../../format/grouped.ts';
import { Name } from '../../parts/names.tsx';
import { Panel, type TrackRow, TrackRows } from '../../parts/panel.tsx';

/** Above this share a bulkhead or a budget is nearly used up. */
export const NEARLY_FULL = 0.9;
/** A bulkhead is short of places a little earlier than a budget. */
const NEARLY_FULL_PLACES = 0.85;

/** How many places are taken now. */
export function BulkheadsPanel({ bulkheads }: { readonly bulkheads: Bulkheads }): VNode {
  const { places, queued, queuedMs, rejected } = bulkheads;
  const rows = places.flatMap(({ name, running, maxRunning, queued: waiting, maxQueued }) => [
    rowOf(name, <Name text={name} />, running, maxRunning),
    ...(maxQueued === null && waiting === 0
      ? []
      : [
          rowOf(
            `${name} queue`,
            <>
              queue of <Name text={name} />
            </>,
            waiting,
            maxQueued,
          ),
        ]),
  ]);
  const waits = queuedMs.p50Ms === null ? '' : `, ${durationText(queuedMs.p50Ms)} (p50)`;
  return (
    <Panel title="Bulkheads" note="now" place="span-4 full">
      {rows.length === 0 ? <p class="note plain">No step has a bulkhead.</p> : <TrackRows rows={rows} />}
      <p class="note">
        Waited for a place: {queued === 0 ? 'none' : `${countOf(queued, 'request')}${waits}`}. Turned away:{' '}
        {rejected === 0 ? 'none' : grouped(rejected)}.
      </p>
    </Panel>
  );
}

function rowOf(key: string, name: VNode, used: number, most: number | null): TrackRow {
  const part = most === null ? 0 : used / most;
  return {
    ...{ key, name, part },
    token: part >= NEARLY_FULL_PLACES ? '--attention-fill' : '--time-fill',
    value: most === null ? grouped(used) : `${grouped(used)} of ${grouped(most)}`,
  };
}
