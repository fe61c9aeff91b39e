import type { VNode } from 'preact';
import type { RouteCard, RouteHealth, RouteInfo } from '../../../../src/wire/index.ts';
import type { Layer } from '../../charts/layer.ts';
import { Plot } from '../../charts/plot.tsx';
import { valueAxis } from '../../charts/scale.ts';
import { durationText } from '../../format/duration.ts';
import { grouped } from '../../format/grouped.ts';
import { Name, RouteMark } from '../../parts/names.tsx';
import { Count, Duration, DurationFigure, Money, Share } from '../../parts/numbers.tsx';
import { Nothing } from '../../parts/panel.tsx';
import { clock, now, routeColours, status, view } from '../../state/app-state.ts';
import { writeView } from '../../state/view.ts';
import { axisTime, finished } from '../overview/latency-panel.tsx';

const CHART_PX = 84;

/** Health, share, time and failures of one route. `top`: the slowest of all routes, so the charts share one scale. */
export function RouteCardPanel({ card, top }: { readonly card: RouteCard; readonly top: number }): VNode {
  const { route, spentUsd, spentShare, calls, callsShare, total, noAnswer, noAnswerShare } = card;
  const info = status.value?.routes.find(({ name }) => name === route);
  return (
    <section class="panel card">
      <div class="card-head">
        <RouteMark route={route} />
        <h2 class="clip">
          <a href={writeView({ ...view.value, screen: 'requests', query: { route: [route] } })}>
            <Name text={route} />
          </a>
        </h2>
        <Health health={card.health} />
      </div>
      <div class="note clip">
        <ModelAndPrice info={info} />
      </div>
      <dl class="values">
        <div>
          <dt>Spent</dt>
          <dd>
            <Money usd={spentUsd} />
            <small>{spentShare === null ? null : <Share of={spentShare} decimals={0} />}</small>
          </dd>
        </div>
        <div>
          <dt>Calls</dt>
          <dd>
            <Count of={calls} />
            <small>
              <Share of={callsShare} decimals={0} />
            </small>
          </dd>
        </div>
        <div>
          <dt>Total, p50</dt>
          <dd>
            <DurationFigure ms={total.p50Ms ?? undefined} />
            <small>
              p95 <Duration ms={total.p95Ms ?? undefined} />
            </small>
          </dd>
        </div>
        <div>
          <dt>No answer</dt>
          <dd>
            <Count of={noAnswer} />
            <small>
              <Share of={noAnswerShare ?? undefined} />
            </small>
          </dd>
        </div>
      </dl>
      <Times card={card} top={top} />
      <div class="legend failures">
        {card.failures.length === 0 ? (
          <span class="muted">nothing failed</span>
        ) : (
          card.failures.map(({ word, count }) => (
            <span key={word} class="trouble">
              {word.replaceAll('_', ' ')} <b>{grouped(count)}</b>
            </span>
          ))
        )}
      </div>
    </section>
  );
}

function ModelAndPrice({ info }: { readonly info: RouteInfo | undefined }): VNode {
  const price = info?.price ?? null;
  const model = info?.model ?? null;
  return (
    <>
      {model === null ? (
        'no model named · '
      ) : model === info?.name ? (
        ''
      ) : (
        <>
          <Name text={model} /> ·{' '}
        </>
      )}
      {price === null ? 'price unknown' : `$${price.inUsd.toFixed(2)} in, $${price.outUsd.toFixed(2)} out per 1M`}
      {info?.isBaseline ? ' · baseline' : ''}
    </>
  );
}

const HEALTH_WORDS: Readonly<Record<RouteHealth['state'], string>> = {
  ...{ ready: 'ready', cooling: 'cooling', probation: 'on probation', open: 'open', half_open: 'half open' },
};

function Health({ health }: { readonly health: RouteHealth }): VNode {
  const { state, untilAtMs, sinceAtMs, cause } = health;
  const left = untilAtMs === undefined ? 0 : untilAtMs - now.value;
  const look = state === 'ready' ? '' : state === 'open' ? 'trouble' : 'attention';
  const why = cause === undefined ? '' : `after ${cause.replaceAll('_', ' ')}`;
  const since = sinceAtMs === undefined ? '' : ` since ${clock.moment(sinceAtMs, now.value)}`;
  return (
    <span class={`chip push ${look}`} title={`${why}${since}`.trim() || undefined}>
      {HEALTH_WORDS[state]}
      {left > 0 ? `, ${durationText(Math.max(1000, left))}` : ''}
    </span>
  );
}

function Times({ card, top }: { readonly card: RouteCard; readonly top: number }): VNode {
  const { buckets, route } = card;
  const token = routeColours.tokenOf(route);
  const [p50, p95] = [finished(card.p50Ms), finished(card.p95Ms)];
  const end = buckets.startAtMs + buckets.stepMs * buckets.count;
  const axis = valueAxis(top);
  const layers: Layer[] = [
    { kind: 'band', token, opacity: 0.2, low: p50, high: p95 },
    { kind: 'line', token, values: p50, width: 1.75 },
  ];
  if (p50.every((ms) => ms === null)) return <Nothing height={CHART_PX}>No call in a whole bucket.</Nothing>;
  return (
    <Plot
      label={`${route}: p50 ${durationText(card.total.p50Ms)}, p95 ${durationText(card.total.p95Ms)}`}
      height={CHART_PX}
      left={34}
      start={buckets.startAtMs}
      end={end}
      ticks={() => axis.ticks}
      tickText={(value) => axisTime(value)}
      xLabels={() => [buckets.startAtMs, end].map((at) => ({ at, text: clock.tick(at, end - buckets.startAtMs) }))}
      layers={() => layers}
    />
  );
}
