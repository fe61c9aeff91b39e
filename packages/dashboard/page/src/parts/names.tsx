import type { VNode } from 'preact';
import type { RequestRow, RequestStatus } from '../../../src/wire/index.ts';
import { routeColours } from '../state/app-state.ts';
import { type Content, DASH, Inline } from './content.tsx';

/** A name that a user chose: text and never markup. It is clipped, and a right-to-left mark in it ends where it ends. */
export function Name({ text, isFaint = false }: { readonly text: string; readonly isFaint?: boolean }): VNode {
  return (
    <bdi class={isFaint ? 'muted' : undefined} title={text}>
      {oneLine(text)}
    </bdi>
  );
}

/** A name that has a cell of a table to itself. */
export function nameContent(text: string): Content {
  return { text: oneLine(text), title: text, look: 'name' };
}

/** The square mark of a route, in its colour. */
export function RouteMark({
  route,
  isFaint = false,
}: {
  readonly route: string | undefined;
  readonly isFaint?: boolean;
}): VNode {
  return <i class={isFaint ? 'mark faint' : 'mark'} style={{ '--c': `var(${routeColours.tokenOf(route ?? '')})` }} />;
}

/** The round mark of the cache. */
export function CacheMark(): VNode {
  return <i class="mark round" style={{ '--c': 'var(--cache-fill)' }} />;
}

export interface RouteNameProps {
  readonly route: string;
  readonly model?: string | null | undefined;
  readonly isBold?: boolean;
}

/** A route with its mark, and the model behind it in grey. */
export function RouteName({ route, model, isBold = false }: RouteNameProps): VNode {
  const name = <Name text={route} />;
  return (
    <span class="route">
      <RouteMark route={route} />
      <span class="clip">
        {isBold ? <b>{name}</b> : name} {model && model !== route ? <Name text={model} isFaint /> : null}
      </span>
    </span>
  );
}

/** Who answered: the route, or the cache. */
export function AnsweredBy({ row }: { readonly row: RequestRow }): VNode {
  if (isFromCache(row)) {
    return (
      <span class="route cache">
        <CacheMark />
        cache
      </span>
    );
  }
  const route = row.route ?? row.model;
  return route ? <RouteName route={route} /> : <Inline {...DASH} />;
}

export function isFromCache({ cache, status }: Pick<RequestRow, 'cache' | 'status'>): boolean {
  return (cache === 'hit' || cache === 'shared' || cache === 'stale') && isAnswered(status);
}

export function isAnswered(status: RequestStatus): boolean {
  return status === 'ok' || status === 'late';
}

export const STATUS_WORDS: Readonly<Record<RequestStatus, string>> = {
  ...{ ok: 'ok', late: 'late', timeout: 'timeout', error: 'error', cut: 'cut off', cancelled: 'cancelled' },
};

/** How a request ended. "ok" is grey, because nothing is to be done. */
export function statusContent(status: RequestStatus): Content {
  const word = STATUS_WORDS[status];
  if (status === 'ok' || status === 'cancelled') return { text: word, look: 'muted' };
  const text = (
    <>
      <span aria-hidden="true">● </span>
      {word}
    </>
  );
  return { text, look: status === 'late' ? 'attention' : 'trouble' };
}

export function StatusWord({ status }: { readonly status: RequestStatus }): VNode {
  return <Inline {...statusContent(status)} />;
}

/** Line breaks and tabs as spaces, because a name stands on one line. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim() || '(empty)';
}
