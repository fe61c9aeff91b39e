import type { VNode } from 'preact';
import type { RequestRow } from '../../../src/wire/index.ts';
import { clock } from '../state/app-state.ts';
import { type Content, DASH } from './content.tsx';
import { CacheMark, isAnswered, isFromCache, Name, RouteMark, StatusWord } from './names.tsx';
import { ColumnMoney, Duration } from './numbers.tsx';

/** When a request ended, which is the order of the tables. */
export function endOf({ atMs, totalMs }: RequestRow): number {
  return atMs + totalMs;
}

/** Why that route, in the words of the router. */
export function whyContent({ why }: RequestRow): Content {
  if (why === undefined) return DASH;
  const text = (
    <>
      <bdi>{why.brief}</bdi>
      {why.score === undefined ? null : <span class="muted"> {why.score.toFixed(2)}</span>}
    </>
  );
  return { text, title: why.text };
}

/** The route and its model; for an answer of the cache, who made it earlier. */
export function routeContent(row: RequestRow): Content {
  const route = row.route ?? row.model ?? undefined;
  const isEarlier = isFromCache(row);
  if (route === undefined && isEarlier) return { text: 'cache', look: 'muted' };
  if (route === undefined) return row.answeredBy === 'code' ? { text: 'no model', look: 'muted' } : DASH;
  const hasModel = !isEarlier && row.model && row.model !== route;
  const text = (
    <>
      <RouteMark route={route} isFaint={isEarlier} />
      <Name text={route} />
      {isEarlier ? ', earlier' : ' '}
      {hasModel ? <Name text={row.model as string} isFaint /> : null}
    </>
  );
  return { text, look: isEarlier ? 'muted' : 'ink' };
}

/** What the cache did. */
export function cacheContent({ cache }: RequestRow): Content {
  if (cache === undefined) return DASH;
  const isServed = cache === 'hit' || cache === 'shared' || cache === 'stale';
  return { text: cache, look: isServed ? 'cache' : 'muted' };
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
