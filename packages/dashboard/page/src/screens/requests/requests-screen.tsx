import { useSignal } from '@preact/signals';
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { RequestsSummary } from '../../../../src/wire/index.ts';
import { grouped } from '../../format/grouped.ts';
import { Nothing } from '../../parts/panel.tsx';
import { useKeys } from '../../shell/keys.ts';
import { PageHead } from '../../shell/page-head.tsx';
import { change, isPaused, rows, screens, view } from '../../state/app-state.ts';
import { useMedia } from '../../state/media.ts';
import { COLUMNS } from './columns.tsx';
import { Facets } from './facets.tsx';
import { Histogram } from './histogram.tsx';
import { RequestsList } from './requests-list.tsx';
import { RequestsTable } from './requests-table.tsx';
import { tableKey } from './row-cursor.ts';
import { Toolbar } from './toolbar.tsx';
import '../../style/requests.css';

/** Every request, live, with what narrows them. */
export function RequestsScreen(): VNode {
  const summary = screens.value.requests;
  useEffect(
    () =>
      useKeys((key) => {
        if (key !== '/') return tableKey(key);
        document.getElementById('search')?.focus();
        return true;
      }),
    [],
  );
  return (
    <>
      <PageHead title="Requests" period={summary?.period} />
      {summary === undefined ? <div class="still" /> : <Requests summary={summary} />}
    </>
  );
}

function Requests({ summary }: { readonly summary: RequestsSummary }): VNode {
  const isSheetOpen = useSignal(false);
  const isNarrow = useMedia('(max-width: 720px)');
  const hidden = view.value.hiddenColumns.join();
  const count = rows.version.value >= 0 ? rows.length : 0;
  const columns = useMemo(() => COLUMNS.filter(({ id }) => !hidden.split(',').includes(id)), [hidden]);
  return (
    <div class="requests">
      <aside class="facets large-only" aria-label="Filters">
        <Facets summary={summary} />
      </aside>
      <div class="stack">
        <Toolbar
          summary={summary}
          onFilters={() => {
            isSheetOpen.value = true;
          }}
        />
        <div class="panel flush">
          <div class="wide-only">
            <Histogram histogram={summary.histogram} />
          </div>
          <NewRows />
          {summary.matching === 0 && count === 0 ? (
            <NoMatch />
          ) : isNarrow ? (
            <RequestsList />
          ) : (
            <RequestsTable columns={columns} />
          )}
          <Foot />
        </div>
      </div>
      {isSheetOpen.value ? (
        <Sheet
          onClose={() => {
            isSheetOpen.value = false;
          }}
        >
          <Facets summary={summary} />
          <button type="submit" class="button">
            Show {grouped(summary.matching)} requests
          </button>
        </Sheet>
      ) : null}
    </div>
  );
}

/** Rows that came while the reader looked further down, or paused. */
function NewRows(): VNode | null {
  const { count, isMore } = rows.held.value;
  if (count === 0 && !isMore) return null;
  const show = (): void => {
    document.querySelector('.rows-frame')?.scrollTo({ top: 0 });
    isPaused.value = false;
    rows.release();
  };
  return (
    <div class="new-rows">
      <button type="button" class="button" onClick={show}>
        {count === 0 ? 'New requests' : `${grouped(count)}${isMore ? '+' : ''} new`}
      </button>
    </div>
  );
}

function NoMatch(): VNode {
  return (
    <Nothing height={320}>
      No request in this range matches the filters.
      <button type="button" class="button" onClick={() => change({ query: {} })}>
        Clear the filters
      </button>
    </Nothing>
  );
}

function Foot(): VNode {
  return (
    <div class="foot">
      <span>
        <i class={isPaused.value ? 'mark round outline' : 'mark round'} style={{ '--c': 'var(--ink)' }} />
        {rows.failure.value ??
          (isPaused.value
            ? 'Paused: the table stands, the counts go on'
            : 'Live: new rows come in at the top; scrolling down holds them back')}
      </span>
      <span class="push wide-only">
        <kbd>j</kbd>
        <kbd>k</kbd> move
      </span>
      <span class="wide-only">
        <kbd>Enter</kbd> open
      </span>
      <span class="wide-only">
        <kbd>f</kbd> filter by cell
      </span>
      <span class="wide-only">
        <kbd>p</kbd> pause
      </span>
      <span class="wide-only">
        <kbd>?</kbd> all keys
      </span>
    </div>
  );
}

/** The filters where there is no room for a column of them. */
function Sheet({ onClose, children }: { readonly onClose: () => void; readonly children: ComponentChildren }): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="dialog sheet" ref={dialog} aria-label="Filters" onClose={onClose}>
      <form method="dialog" class="facets">
        {children}
      </form>
    </dialog>
  );
}
