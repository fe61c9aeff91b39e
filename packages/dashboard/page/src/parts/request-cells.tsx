import type { VNode } from 'preact';
import type { RequestRow } from '../../../src/wire/index.ts';
import { clock } from '../state/app-state.ts';
import { CacheMark, isAnswered, isFromCache, Name, RouteMark, RouteName, StatusWord } from './names.tsx';
import { ColumnMoney, Duration } from './numbers.tsx';

/** When a request ended, which is the order of the tables. */
export function endOf({ atMs, totalMs }: RequestRow): number {
  return atMs + totalMs;
}

/** Why that route, in the words of the router. */
export function WhyCell({ row }: { readonly row: RequestRow }): VNode {
  if (row.why === undefined) return <span class="muted">–</span>;
  const { brief, text, score } = row.why;
  return (
    <span title={text}>
      <bdi>{brief}</bdi>
      {score === undefined ? null : <span class="muted"> {score.toFixed(2)}</span>}
    </span>
  );
}

/** The route and its model; for an answer of the cache, who made it earlier. */
export function RouteCell({ row }: { readonly row: RequestRow }): VNode {
  const route = row.route ?? row.model ?? undefined;
  if (route === undefined && isFromCache(row)) return <span class="muted">cache</span>;
  if (route === undefined) return <span class="muted">{row.answeredBy === 'code' ? 'no model' : '–'}</span>;
  if (!isFromCache(row)) return <RouteName route={route} model={row.model} />;
  return (
    <span class="route muted">
      <RouteMark route={route} isFaint />
      <em class="clip">
        <Name text={route} />, earlier
      </em>
    </span>
  );
}

/** What the cache did. */
export function CacheCell({ row }: { readonly row: RequestRow }): VNode {
  if (row.cache === undefined) return <span class="muted">–</span>;
  const isServed = row.cache === 'hit' || row.cache === 'shared' || row.cache === 'stale';
  return <span class={isServed ? 'cache' : 'muted'}>{row.cache}</span>;
}

/** What the two lines of a request on a phone hold. */
export function TwoLinesHead(): VNode {
  return (
    <div class="two-lines head">
      <span>Workflow</span>
      <span>Saved</span>
      <span>Time · answered by</span>
      <span>Total · cost</span>
    </div>
  );
}

/** A request on a phone. */
export function TwoLines({ row }: { readonly row: RequestRow }): VNode {
  const isServed = isFromCache(row);
  const saved = row.savedUsd;
  return (
    <div class="two-lines">
      <span class="route">
        {isServed ? <CacheMark /> : <RouteMark route={row.route ?? row.model ?? undefined} />}
        <span class="clip">
          <Name text={row.workflow} />
        </span>
      </span>
      <span class={saved != null && saved > 0 ? 'saved' : 'ink'}>
        {isAnswered(row.status) ? <ColumnMoney usd={saved} /> : <StatusWord status={row.status} />}
      </span>
      <span class="muted">
        {clock.time(endOf(row))} · {isServed ? 'cache' : <Name text={row.route ?? row.model ?? '–'} />}
      </span>
      <span>
        <Duration ms={row.totalMs} /> <span class="muted">·</span> <ColumnMoney usd={row.costUsd} />
      </span>
    </div>
  );
}
