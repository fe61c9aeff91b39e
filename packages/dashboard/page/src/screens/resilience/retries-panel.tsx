import type { VNode } from 'preact';
import type { Retries } from '../../../../src/wire/index.ts';
import { countOf } from '../../format/count.ts';
import { durationText } from '../../format/duration.ts';
import { grouped } from '../../format/grouped.ts';
import { Money } from '../../parts/numbers.tsx';
import { Panel, TrackRows } from '../../parts/panel.tsx';

const OUTCOMES: Readonly<Record<string, readonly [name: string, token: string]>> = {
  recovered: ['recovered', '--time-fill'],
  exhausted: ['gave up', '--trouble-fill'],
  not_retryable: ['not worth a retry', '--time-fill'],
  out_of_time: ['out of time', '--attention-fill'],
};

/** What was tried again, and whether that helped. */
export function RetriesPanel({ retries }: { readonly retries: Retries }): VNode {
  const { retried, outcomes, waited, failedTriesUsd } = retries;
  const most = Math.max(1, ...outcomes.map(({ count }) => count));
  return (
    <Panel
      title="Retries"
      note={retried === 0 ? 'nothing was tried again' : `${countOf(retried, 'request')} tried again`}
      place="span-4 half"
    >
      <TrackRows
        rows={outcomes.map(({ word, count }) => {
          const [name, token] = OUTCOMES[word] ?? [word.replaceAll('_', ' '), '--time-fill'];
          return { key: word, name, part: count / most, token, value: grouped(count) };
        })}
      />
      <p class="note">
        {waited.p50Ms === null ? '' : `Waited ${durationText(waited.p50Ms)} (p50). `}
        The tries that failed cost{' '}
        <b>
          <Money usd={failedTriesUsd} />
        </b>
        .
      </p>
    </Panel>
  );
}
