import type { VNode } from 'preact';
import type { Timeouts } from '../../../../src/wire/index.ts';
import { durationText } from '../../format/duration.ts';
import { grouped } from '../../format/grouped.ts';
import { Money } from '../../parts/numbers.tsx';
import { Panel, TrackRows } from '../../parts/panel.tsx';

type Phase = Timeouts['phases'][number]['word'];

const PHASES: Readonly<Record<Phase, readonly [name: string, token: string]>> = {
  late: ['late, accepted', '--attention-fill'],
  hard: ['gave up, hard stop', '--trouble-fill'],
  first_chunk: ['no first chunk', '--trouble-fill'],
  idle: ['stream fell silent', '--trouble-fill'],
  total: ['stream took too long', '--trouble-fill'],
};

/** What ran out of time, by phase. */
export function TimeoutsPanel({ timeouts }: { readonly timeouts: Timeouts }): VNode {
  const { total, phases, noAnswerUsd, longestLagMs } = timeouts;
  const most = Math.max(1, ...phases.map(({ count }) => count));
  return (
    <Panel title="Timeouts" note={total === 0 ? 'no step has a limit yet' : limitText(timeouts)} place="span-4 half">
      <TrackRows
        rows={phases.map(({ word, count }) => ({
          key: word,
          name: PHASES[word][0],
          part: count / most,
          token: PHASES[word][1],
          value: grouped(count),
        }))}
      />
      <p class="note">
        Calls without an answer cost{' '}
        <b>
          <Money usd={noAnswerUsd} />
        </b>
        .{longestLagMs === null ? '' : ` Blocked loop: at most ${durationText(longestLagMs)}.`}
      </p>
    </Panel>
  );
}

function limitText({ limits }: Timeouts): string {
  const [first, ...others] = limits;
  if (first === undefined) return '';
  if (others.length > 0) {
    const all = limits.map(({ limitMs }) => limitMs);
    return `${limits.length} operations, limits ${durationText(Math.min(...all))} to ${durationText(Math.max(...all))}`;
  }
  return `limit ${durationText(first.limitMs)}${first.graceMs === null ? '' : `, grace ${durationText(first.graceMs)}`}`;
}
