import type { VNode } from 'preact';
import type { StateLane } from '../../../../src/wire/index.ts';
import { timeTicks } from '../../charts/scale.ts';
import { durationText } from '../../format/duration.ts';
import { Name } from '../../parts/names.tsx';
import { LegendItem, Mark, Nothing, Panel } from '../../parts/panel.tsx';
import { clock, now } from '../../state/app-state.ts';

const STATE_WORDS: Readonly<Record<StateLane['now'], string>> = {
  ...{ closed: 'closed', ready: 'ready', cooling: 'cooling', half_open: 'half open', open: 'open' },
};

/** Breakers, routes and stores over the period: grey where nothing was wrong. */
export function LanesPanel({
  lanes,
  fromAtMs,
  toAtMs,
}: {
  readonly lanes: readonly StateLane[];
  readonly fromAtMs: number;
  readonly toAtMs: number;
}): VNode {
  return (
    <Panel
      title="Breakers and cooling"
      place="span-12"
      note={
        <span class="legend">
          <LegendItem mark={<i class="mark outline" />}>closed</LegendItem>
          <LegendItem mark={<Mark token="--attention-fill" />}>cooling, half open</LegendItem>
          <LegendItem mark={<Mark token="--trouble-fill" />}>open</LegendItem>
        </span>
      }
    >
      {lanes.length === 0 ? (
        <Nothing height={80}>No breaker, route or store has been used in this range.</Nothing>
      ) : (
        <div class="lanes">
          {lanes.map((lane) => (
            <Lane key={`${lane.kind}:${lane.name}`} {...{ lane, fromAtMs, toAtMs }} />
          ))}
          <div class="lane-row wide-only">
            <span />
            <span class="lane-labels">
              {timeTicks(fromAtMs, toAtMs, 699).map((at) => (
                <span key={at}>{clock.tick(at, toAtMs - fromAtMs)}</span>
              ))}
            </span>
            <span />
          </div>
        </div>
      )}
    </Panel>
  );
}

interface LaneProps {
  readonly lane: StateLane;
  readonly fromAtMs: number;
  readonly toAtMs: number;
}

function Lane({ lane, fromAtMs, toAtMs }: LaneProps): VNode {
  const part = (at: number): number => Math.min(1, Math.max(0, (at - fromAtMs) / (toAtMs - fromAtMs)));
  return (
    <div class="lane-row">
      <span class="clip ink">
        {lane.kind} <Name text={lane.name} />
      </span>
      <span class="lane-line" role="img" aria-label={`${lane.kind} ${lane.name}: ${stateText(lane)}`}>
        {lane.stretches.map((stretch) => {
          const [from, to] = [part(stretch.fromAtMs), part(stretch.toAtMs ?? toAtMs)];
          const color = stretch.state === 'open' ? '--trouble-fill' : '--attention-fill';
          const title = `${STATE_WORDS[stretch.state]} ${clock.moment(stretch.fromAtMs, now.value)} – ${
            stretch.toAtMs === undefined ? 'now' : clock.moment(stretch.toAtMs, now.value)
          }`;
          return (
            <i
              key={stretch.fromAtMs}
              title={title}
              style={{
                left: `${from * 100}%`,
                width: `${Math.max(0.002, to - from) * 100}%`,
                background: `var(${color})`,
              }}
            />
          );
        })}
      </span>
      <span
        class={`num ${lane.now === 'open' ? 'trouble' : lane.now === 'closed' || lane.now === 'ready' ? '' : 'attention'}`}
      >
        {stateText(lane)}
      </span>
    </div>
  );
}

function stateText({ now: state, sinceAtMs, untilAtMs, stretches }: StateLane): string {
  const word = STATE_WORDS[state];
  if (untilAtMs !== undefined && untilAtMs > now.value)
    return `${word}, ${durationText(Math.max(1000, untilAtMs - now.value))}`;
  return sinceAtMs === undefined || stretches.length === 0 ? word : `${word} for ${roughly(now.value - sinceAtMs)}`;
}

/** A standing state needs no seconds once it lasts minutes. */
function roughly(ms: number): string {
  return durationText(ms < 60_000 ? Math.max(1000, ms) : Math.floor(ms / 60_000) * 60_000);
}
