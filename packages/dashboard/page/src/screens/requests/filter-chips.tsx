import type { ComponentChildren, VNode } from 'preact';
import { Name, STATUS_WORDS } from '../../parts/names.tsx';
import { change, clock, view } from '../../state/app-state.ts';
import { LIST_FILTERS, toggleFilter, type View } from '../../state/view.ts';

/** What narrows the table now; a click takes it away. */
export function FilterChips(): VNode {
  const { query } = view.value;
  const { fromAtMs, toAtMs } = query;
  return (
    <>
      {fromAtMs === undefined || toAtMs === undefined ? null : (
        <Chip onRemove={without('fromAtMs', 'toAtMs')}>
          {clock.edge(fromAtMs, toAtMs - fromAtMs)} – {clock.edge(toAtMs, toAtMs - fromAtMs)}
        </Chip>
      )}
      {query.priced === undefined ? null : (
        <Chip onRemove={without('priced')}>{query.priced === 'no' ? 'without a price' : 'with a price'}</Chip>
      )}
      {LIST_FILTERS.flatMap((name) =>
        (query[name] ?? []).map((value) => (
          <Chip
            key={`${name}:${value}`}
            onRemove={() => change({ query: toggleFilter(view.peek().query, name, value) })}
          >
            {name === 'status' ? STATUS_WORDS[value as keyof typeof STATUS_WORDS] : <Name text={value} />}
          </Chip>
        )),
      )}
    </>
  );
}

function Chip({ onRemove, children }: { readonly onRemove: () => void; readonly children: ComponentChildren }): VNode {
  return (
    <button type="button" class="filter-chip" onClick={onRemove}>
      <span class="unseen">Remove the filter </span>
      <span class="clip">{children}</span>
      <span class="muted" aria-hidden="true">
        ×
      </span>
    </button>
  );
}

function without(...names: readonly (keyof View['query'])[]): () => void {
  return () => {
    const rest = Object.entries(view.peek().query).filter(([name]) => !names.includes(name as keyof View['query']));
    change({ query: Object.fromEntries(rest) });
  };
}
