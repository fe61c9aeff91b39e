import type { Facet, Facets, RequestQuery, RequestRow } from '../wire/index.ts';

/** What the filters of the table look at. An answer of the cache is not one of the route that made it earlier. */
const FACETS: { readonly [Name in keyof Facets]: (row: RequestRow) => string | null | undefined } = {
  status: ({ status }) => status,
  route: ({ route, answeredBy }) => (answeredBy === 'cache' ? undefined : route),
  model: ({ model, answeredBy }) => (answeredBy === 'cache' ? undefined : model),
  cache: ({ cache }) => cache,
  workflow: ({ workflow }) => workflow,
  tenant: ({ tenant }) => tenant,
  reason: ({ why }) => why?.reason,
};
const NAMES = Object.keys(FACETS) as (keyof Facets)[];

/** How many values of a facet are listed. */
const MAX_VALUES = 50;

/** Filters rows by a query, and counts for each facet what the other filters leave. */
export class RequestFilter {
  readonly #query: RequestQuery;
  readonly #chosen: readonly (ReadonlySet<string> | undefined)[];
  readonly #needle: string | undefined;
  readonly #counts: readonly Map<string, number>[] = NAMES.map(() => new Map());

  constructor(query: RequestQuery) {
    this.#query = query;
    this.#chosen = NAMES.map((name) => (query[name] === undefined ? undefined : new Set<string>(query[name])));
    this.#needle = query.q === undefined || query.q === '' ? undefined : query.q.toLowerCase();
  }

  /** Whether a row matches, and counts it. The filter of time is the caller's. */
  takes(row: RequestRow): boolean {
    if (!this.#passesSearch(row)) return false;
    let missed = -1;
    for (let at = 0; at < NAMES.length; at += 1) {
      const chosen = this.#chosen[at];
      if (chosen === undefined || chosen.has(facetValue(row, at) ?? '')) continue;
      if (missed >= 0) return false;
      missed = at;
    }
    if (missed >= 0) {
      this.#count(missed, row);
      return false;
    }
    for (let at = 0; at < NAMES.length; at += 1) this.#count(at, row);
    return true;
  }

  facets(): Facets {
    const facets = NAMES.map((name, at) => [name, this.#facet(at)]);
    return Object.fromEntries(facets) as unknown as Facets; // each name has its facet
  }

  #passesSearch({ id, workflow, tenant, route, model, costUsd }: RequestRow): boolean {
    const { priced } = this.#query;
    if (priced !== undefined && (costUsd !== null) !== (priced === 'yes')) return false;
    const needle = this.#needle;
    if (needle === undefined) return true;
    return [id, workflow, tenant, route, model].some((text) => text?.toLowerCase().includes(needle));
  }

  #count(at: number, row: RequestRow): void {
    const value = facetValue(row, at);
    const counts = this.#counts[at];
    if (value !== undefined && value !== null) counts?.set(value, (counts.get(value) ?? 0) + 1);
  }

  #facet(at: number): Facet {
    const counts = this.#counts[at] as Map<string, number>;
    for (const chosen of this.#chosen[at] ?? []) if (!counts.has(chosen)) counts.set(chosen, 0);
    const all = [...counts].map(([value, count]) => ({ value, count }));
    all.sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1));
    const isListed = (value: string, index: number): boolean =>
      index < MAX_VALUES || (this.#chosen[at]?.has(value) ?? false);
    const values = all.filter(({ value }, index) => isListed(value, index));
    const others = all.reduce((sum, { value, count }, index) => (isListed(value, index) ? sum : sum + count), 0);
    return { values, others };
  }
}

function facetValue(row: RequestRow, at: number): string | null | undefined {
  return FACETS[NAMES[at] as keyof Facets](row);
}
