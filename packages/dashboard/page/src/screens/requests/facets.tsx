import type { VNode } from 'preact';
import type { RequestsSummary } from '../../../../src/wire/index.ts';
import { grouped } from '../../format/grouped.ts';
import { CacheMark, Name, RouteMark, STATUS_WORDS } from '../../parts/names.tsx';
import { change, view } from '../../state/app-state.ts';
import { CACHE_WORDS, type ListFilter, STATUSES, toggleFilter } from '../../state/view.ts';

interface FacetList {
  readonly name: ListFilter;
  readonly title: string;
  readonly word?: (value: string) => string;
  readonly mark?: (value: string) => VNode | null;
  /** Values in this order; those of names come most frequent first. */
  readonly order?: readonly string[];
}

const LISTS: readonly FacetList[] = [
  {
    name: 'status',
    title: 'Status',
    word: (value) => STATUS_WORDS[value as keyof typeof STATUS_WORDS],
    order: STATUSES,
  },
  { name: 'route', title: 'Route', mark: (value) => <RouteMark route={value} /> },
  {
    ...{ name: 'cache', title: 'Cache', order: CACHE_WORDS },
    mark: (value) => (value === 'miss' || value === 'bypassed' ? null : <CacheMark />),
  },
  { name: 'workflow', title: 'Workflow' },
  { name: 'tenant', title: 'Tenant' },
  { name: 'reason', title: 'Why', word: (value) => value.replaceAll('_', ' ') },
  { name: 'model', title: 'Model' },
];

/** What can be narrowed, with how many requests each value would leave. */
export function Facets({ summary }: { readonly summary: RequestsSummary }): VNode {
  return (
    <>
      {LISTS.map((list) => (
        <FacetGroup key={list.name} list={list} summary={summary} />
      ))}
    </>
  );
}

function FacetGroup({ list, summary }: { readonly list: FacetList; readonly summary: RequestsSummary }): VNode | null {
  const { values, others } = summary.facets[list.name];
  const chosen: readonly string[] = view.value.query[list.name] ?? [];
  const place = (value: string): number => list.order?.indexOf(value) ?? placeOf(list.name, value);
  for (const { value } of values) place(value);
  const sorted = [...values].sort((a, b) => place(a.value) - place(b.value));
  if (sorted.length === 0) return null;
  return (
    <fieldset>
      <legend>{list.title}</legend>
      {sorted.map(({ value, count }) => (
        <label key={value}>
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(list.name, value)} />
          {list.mark?.(value)}
          <span class="clip grow">{list.word?.(value) ?? <Name text={value} />}</span>
          <span class="muted">{grouped(count)}</span>
        </label>
      ))}
      {others === 0 ? null : <p class="muted">{grouped(others)} with other values</p>}
    </fieldset>
  );
}

const places = new Map<string, number>();

/** A value keeps the place at which it was first seen, so nothing moves under the pointer while the counts go on. */
function placeOf(name: ListFilter, value: string): number {
  const key = `${name}:${value}`;
  const place = places.get(key) ?? places.size;
  places.set(key, place);
  return place;
}

function toggle(name: ListFilter, value: string): void {
  change({ query: toggleFilter(view.peek().query, name, value) });
}
