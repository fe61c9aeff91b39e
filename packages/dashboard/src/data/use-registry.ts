import type { Bulkheads, LimitLine } from '../wire/index.ts';
import { MAX_NAMES } from './capped-map.ts';
import type { SeenLimit, SeenPlaces, SeenRequest, SeenStore } from './seen-request.ts';

type Place = Bulkheads['places'][number];

/** How full bulkheads, limits and stores are, as the newest request of each has found it. */
export class UseRegistry {
  readonly #places = new Map<string, Place>();
  readonly #stores = new Map<string, SeenStore>();
  readonly #limits = new Map<string, { readonly line: LimitLine; readonly operation: string; readonly atMs: number }>();

  learn({ places, limits, lookups, startedAtMs, durationMs }: SeenRequest): void {
    for (const place of places) this.#learnPlace(place);
    for (const { operation, store } of lookups) if (store !== undefined) this.#learnStore(operation, store);
    for (const limit of limits) this.#learnLimit(limit, startedAtMs + durationMs);
  }

  get places(): readonly Place[] {
    return [...this.#places.values()];
  }

  /** What the store of a cache holds; undefined where that is unknown. */
  storeOf(operation: string): SeenStore | undefined {
    return this.#stores.get(operation);
  }

  /** The fullest first. A window that is over counts nothing. */
  limitsAt(nowAtMs: number): readonly LimitLine[] {
    const all = [...this.#limits.values()];
    const operations = new Set(all.map(({ operation }) => operation));
    return all
      .map(({ line, operation, atMs }) => ({
        ...current(line, atMs, nowAtMs),
        ...(operations.size > 1 && { who: `${line.who}, ${operation}` }),
      }))
      .sort((one, other) => shareOf(other) - shareOf(one));
  }

  #learnPlace(place: SeenPlaces): void {
    if (this.#places.size >= MAX_NAMES && !this.#places.has(place.name)) return;
    this.#places.set(place.name, place);
  }

  #learnStore(operation: string, store: SeenStore): void {
    if (this.#stores.size >= MAX_NAMES && !this.#stores.has(operation)) return;
    this.#stores.set(operation, store);
  }

  #learnLimit({ operation, key, uses, refusedBy }: SeenLimit, atMs: number): void {
    for (const { limit, used, allowed, windowMs, endsAtMs } of uses) {
      const name = JSON.stringify([operation, key, limit, windowMs]);
      const known = this.#limits.get(name);
      if (known === undefined && this.#limits.size >= MAX_NAMES) return;
      const startsAnewAtMs = endsAtMs ?? (limit === 'budget' ? endOf(windowMs, atMs) : undefined);
      const isSameWindow = known?.line.startsAnewAtMs === startsAnewAtMs;
      const line: LimitLine = {
        who: key === '' ? 'all' : key,
        what: limit === 'budget' ? 'spend' : limit,
        ...(windowMs !== undefined && { windowMs }),
        used: used ?? (isSameWindow ? known?.line.used : undefined) ?? null,
        allowed,
        ...(startsAnewAtMs !== undefined && { startsAnewAtMs }),
        refused: (isSameWindow ? (known?.line.refused ?? 0) : 0) + (refusedBy === limit ? 1 : 0),
      };
      this.#limits.set(name, { line, operation, atMs });
    }
  }
}

/** When the window of a budget ends that does not say so: windows begin at multiples of their length since 1970. */
function endOf(windowMs: number | undefined, atMs: number): number | undefined {
  return windowMs === undefined ? undefined : (Math.floor(atMs / windowMs) + 1) * windowMs;
}

function current(line: LimitLine, atMs: number, nowAtMs: number): LimitLine {
  const { windowMs, startsAnewAtMs, used } = line;
  const endsAtMs = startsAnewAtMs ?? (windowMs === undefined ? Number.POSITIVE_INFINITY : atMs + windowMs);
  if (nowAtMs < endsAtMs) return line;
  const next =
    startsAnewAtMs === undefined ? {} : { startsAnewAtMs: endOf(windowMs, nowAtMs) ?? startsAnewAtMs, refused: 0 };
  return { ...line, ...next, used: used === null ? null : 0 };
}

function shareOf({ used, allowed }: LimitLine): number {
  return used === null ? -1 : allowed === 0 ? 1 : used / allowed;
}
