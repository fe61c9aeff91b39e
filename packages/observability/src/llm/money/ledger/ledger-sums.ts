import type { LedgerEntry } from './entry.ts';
import { type HoldOutResult, HoldOutSums } from './hold-out-sums.ts';
import { AmountSums, type LedgerAmounts } from './totals.ts';

/** The sums of a ledger, in US dollars. Each group of sums adds up to the total. */
export interface LedgerTotals extends LedgerAmounts {
  /** Requests that ended with an error, or that were cancelled. */
  readonly failed: number;
  /** By the route of each attempt; savings by the route of the request. `_none` without a router. */
  readonly byRoute: Readonly<Record<string, LedgerAmounts>>;
  /** By the model of each attempt: what it cost and wasted. Savings belong to no model. */
  readonly byModel: Readonly<Record<string, LedgerAmounts>>;
  readonly byTenant: Readonly<Record<string, LedgerAmounts>>;
  /** By each tag, written `name=value`. A request with two tags is in two groups. */
  readonly byTag: Readonly<Record<string, LedgerAmounts>>;
  /** Undefined if no request was held out. */
  readonly holdOut: HoldOutResult | undefined;
}

/** The group of what has no route, model or tenant. */
const NO_GROUP = '_none';

/** The group of what is past the limit of groups. */
const OTHER_GROUP = '_other';

/** How many ids of entries are remembered to keep an entry from being counted twice. */
const MAX_IDS = 100_000;

/** Adds up entries. */
export class LedgerSums {
  readonly #maxGroups: number;
  readonly #all = new AmountSums();
  readonly #groups = { route: new Map(), model: new Map(), tenant: new Map(), tag: new Map() } as const;
  readonly #holdOut = new HoldOutSums();
  readonly #ids = new Set<string>();
  #failed = 0;

  constructor(maxGroups: number) {
    this.#maxGroups = maxGroups;
  }

  /** @returns whether the entry was new */
  add(entry: LedgerEntry): boolean {
    if (this.#ids.has(entry.id)) return false;
    this.#remember(entry.id);
    if (entry.status !== 'success') this.#failed += 1;
    this.#all.entry(entry);
    this.#group('tenant', entry.tenantId).entry(entry);
    for (const [name, value] of Object.entries(entry.tags ?? {})) this.#group('tag', `${name}=${value}`).entry(entry);
    const route = this.#group('route', entry.route);
    route.request();
    route.saved(entry.savedUsd);
    for (const attempt of entry.attempts) this.#group('route', attempt.route).attempt(attempt);
    const models = new Set(entry.attempts.map(({ model }) => this.#group('model', model)));
    for (const model of models) model.request();
    for (const attempt of entry.attempts) this.#group('model', attempt.model).attempt(attempt);
    this.#holdOut.add(entry);
    return true;
  }

  snapshot(): LedgerTotals {
    const { route, model, tenant, tag } = this.#groups;
    return {
      ...this.#all.snapshot(),
      failed: this.#failed,
      byRoute: snapshotsOf(route),
      byModel: snapshotsOf(model),
      byTenant: snapshotsOf(tenant),
      byTag: snapshotsOf(tag),
      holdOut: this.#holdOut.result(),
    };
  }

  #group(kind: 'route' | 'model' | 'tenant' | 'tag', name: string = NO_GROUP): AmountSums {
    const groups: Map<string, AmountSums> = this.#groups[kind];
    const known = groups.get(name);
    if (known !== undefined) return known;
    if (groups.size >= this.#maxGroups && name !== OTHER_GROUP) return this.#group(kind, OTHER_GROUP);
    const sums = new AmountSums();
    groups.set(name, sums);
    return sums;
  }

  #remember(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size <= MAX_IDS) return;
    const [oldest] = this.#ids;
    if (oldest !== undefined) this.#ids.delete(oldest);
  }
}

function snapshotsOf(groups: ReadonlyMap<string, AmountSums>): Readonly<Record<string, LedgerAmounts>> {
  return Object.fromEntries(Array.from(groups, ([name, sums]) => [name, sums.snapshot()]));
}
