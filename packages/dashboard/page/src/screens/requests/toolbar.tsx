import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { RequestsSummary } from '../../../../src/wire/index.ts';
import { grouped } from '../../format/grouped.ts';
import { Icon } from '../../parts/icon.tsx';
import { change, isPaused, view } from '../../state/app-state.ts';
import { filterCount } from '../../state/view.ts';
import { COLUMNS } from './columns.tsx';
import { FilterChips } from './filter-chips.tsx';

const TYPING_MS = 200;

export interface ToolbarProps {
  readonly summary: RequestsSummary;
  readonly onFilters: () => void;
}

/** Search, what narrows the table, columns, pause. */
export function Toolbar({ summary, onFilters }: ToolbarProps): VNode {
  const filters = filterCount(view.value.query);
  return (
    <div class="toolbar">
      <Search />
      <button type="button" class="button middle-only" onClick={onFilters}>
        Filters{filters > 0 ? ` (${filters})` : ''}
      </button>
      <FilterChips />
      <div class="push">
        <span class="note wide-only" role="status">
          {grouped(summary.matching)} of {grouped(summary.total)}
        </span>
        <ColumnsMenu />
        <button type="button" class="button" aria-pressed={isPaused.value} onClick={togglePause}>
          <Icon name={isPaused.value ? 'play' : 'pause'} />
          {isPaused.value ? 'Go on' : 'Pause'}
        </button>
      </div>
    </div>
  );
}

function togglePause(): void {
  isPaused.value = !isPaused.peek();
}

function Search(): VNode {
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const q = view.value.query.q ?? '';
  useEffect(() => {
    if (input.current !== null && document.activeElement !== input.current) input.current.value = q;
  }, [q]);
  const type = (): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const { q: _, ...query } = view.peek().query;
      const text = input.current?.value.trim() ?? '';
      if (view.peek().screen === 'requests') change({ query: text === '' ? query : { ...query, q: text } });
    }, TYPING_MS);
  };
  return (
    <label class="search">
      <Icon name="search" />
      <span class="unseen">Search</span>
      <input
        ref={input}
        id="search"
        type="search"
        placeholder="Id, workflow, tenant, model"
        defaultValue={q}
        onInput={type}
      />
      <kbd class="wide-only">/</kbd>
    </label>
  );
}

/** Which columns are shown. The URL holds it. */
function ColumnsMenu(): VNode {
  const hidden = view.value.hiddenColumns;
  const toggle = (id: string): void => {
    const next = hidden.includes(id) ? hidden.filter((one) => one !== id) : [...hidden, id];
    change({ hiddenColumns: next });
  };
  return (
    <details class="menu wide-only">
      <summary class="button">Columns</summary>
      <fieldset class="facets floating" aria-label="Columns">
        {COLUMNS.map(({ id, title, hint }) => (
          <label key={id}>
            <input type="checkbox" checked={!hidden.includes(id)} onChange={() => toggle(id)} />
            {hint ?? title}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
