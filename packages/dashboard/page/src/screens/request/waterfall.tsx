import type { VNode } from 'preact';
import type { RequestStep } from '../../../../src/wire/index.ts';
import { durationScale } from '../../format/duration.ts';
import { Name, RouteMark } from '../../parts/names.tsx';
import { ColumnMoney, Duration } from '../../parts/numbers.tsx';
import { LegendItem, Mark, Panel } from '../../parts/panel.tsx';
import { routeColours } from '../../state/app-state.ts';

/** Deeper steps are drawn no further to the right. */
const DEEPEST = 8;

/** The tree of executions over time: thin lines contain, bars work or wait. Each row ends in its time and its cost. */
export function Waterfall({
  steps,
  totalMs,
}: {
  readonly steps: readonly RequestStep[];
  readonly totalMs: number;
}): VNode {
  const end = Math.max(totalMs, 1, ...steps.map(({ startMs, durationMs }) => startMs + durationMs));
  const route = steps.findLast((step) => step.route !== undefined && step.status !== 'failed')?.route;
  const token = route === undefined ? '--route-0' : routeColours.tokenOf(route);
  return (
    <Panel
      title="Where the time went"
      note={
        <span class="legend">
          <LegendItem mark={<Mark token="--time-fill" />}>waiting</LegendItem>
          <LegendItem mark={<Mark token={token} kind="faint" />}>until first chunk</LegendItem>
          <LegendItem mark={<Mark token={token} />}>streaming</LegendItem>
          <LegendItem mark={<Mark token="--trouble-fill" />}>failed</LegendItem>
        </span>
      }
    >
      <div class="waterfall">
        <div class="step head">
          <div>Step</div>
          <div class="lane scale">
            {[0, 0.25, 0.5, 0.75, 1].map((part) => (
              <u key={part} style={{ left: `${part * 100}%` }}>
                {durationScale(end * part, end)}
              </u>
            ))}
          </div>
          <div class="num">Time</div>
          <div class="num">Cost</div>
        </div>
        {steps.map((step, at) => (
          <Step key={`${at}:${step.name}`} step={step} end={end} />
        ))}
      </div>
    </Panel>
  );
}

function Step({ step, end }: { readonly step: RequestStep; readonly end: number }): VNode {
  const { depth, name, detail, route, durationMs, startMs, note } = step;
  const token = route === undefined ? '--time-fill' : routeColours.tokenOf(route);
  const noteAt = (startMs + durationMs) / end;
  return (
    <div class="step">
      <div class="name" style={{ '--depth': Math.min(depth, DEEPEST) }}>
        {route === undefined ? null : <RouteMark route={route} />}
        <span class="clip">
          <Name text={name} />{' '}
          {detail === undefined ? null : (
            <em class="muted">
              <Name text={detail} />
            </em>
          )}
        </span>
      </div>
      <div class="lane" style={{ '--c': `var(${token})` }}>
        {piecesOf(step).map(({ look, from, to }) => (
          <i
            key={`${look}:${from}`}
            class={look}
            style={{
              left: `${(from / end) * 100}%`,
              width: look === 'first' ? undefined : `${((to - from) / end) * 100}%`,
            }}
          />
        ))}
        {note === undefined ? null : (
          <u
            class={noteAt > 0.6 ? 'before' : ''}
            style={noteAt > 0.6 ? { right: `${(1 - startMs / end) * 100}%` } : { left: `${noteAt * 100}%` }}
          >
            <bdi>{note}</bdi>
          </u>
        )}
      </div>
      <div class="num ink">{step.status === 'running' ? 'runs' : <Duration ms={durationMs} />}</div>
      <div class="num">
        <ColumnMoney usd={step.costUsd} />
      </div>
    </div>
  );
}

interface Piece {
  readonly look: string;
  readonly from: number;
  readonly to: number;
}

function piecesOf({
  shape,
  status,
  startMs,
  durationMs,
  firstChunkMs,
  route,
  waits = [],
}: RequestStep): readonly Piece[] {
  const to = startMs + durationMs;
  if (shape === 'container') {
    const waiting = waits.map((wait) => ({ look: 'waiting', from: wait.startMs, to: wait.startMs + wait.durationMs }));
    return [{ look: 'line', from: startMs, to }, ...waiting];
  }
  if (status === 'failed') return [{ look: 'failed', from: startMs, to }];
  if (shape === 'waiting' || route === undefined) return [{ look: 'waiting', from: startMs, to }];
  if (firstChunkMs === undefined) return [{ look: 'work', from: startMs, to }];
  const first = startMs + firstChunkMs;
  return [
    { look: 'until-first', from: startMs, to: first },
    { look: 'work', from: first, to },
    { look: 'first', from: first, to: first },
  ];
}
