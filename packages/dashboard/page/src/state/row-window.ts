import { type ReadonlySignal, signal } from '@preact/signals';
import type { RequestPage, RequestRow } from '../../../src/wire/index.ts';

/** How many rows one request to the server brings. */
const PAGE_ROWS = 100;
/** Beyond so many new rows the pages are counted anew. */
const MAX_NEW_ROWS = 1000;

/** Rows that came and are not in the table. */
export interface HeldRows {
  readonly count: number;
  /** There are more than were counted. */
  readonly isMore: boolean;
}

export type LoadPage = (offset: number, limit: number, untilSeq: number | undefined) => Promise<RequestPage>;

/**
 * The rows of the table that were asked for, out of as many as match: pages of the server below, and rows that came since above. Rows that
 * come while the reader looks elsewhere are held back, so nothing moves under the pointer.
 */
export class RowWindow {
  readonly #load: LoadPage;
  readonly #version = signal(0);
  readonly #held = signal<HeldRows>({ count: 0, isMore: false });
  readonly #failure = signal<string | undefined>(undefined);
  #pages = new Map<number, readonly RequestRow[]>();
  #asked = new Set<number>();
  #newRows: readonly RequestRow[] = [];
  #heldRows: readonly RequestRow[] = [];
  #mustReset = false;
  #untilSeq: number | undefined;
  #coveredSeq = 0;
  #below = 0;
  #generation = 0;
  #isLoaded = false;
  #isLoading = false;
  #isHolding = false;

  constructor(load: LoadPage) {
    this.#load = load;
  }

  /** Grows whenever a row may have changed: read it to draw again. */
  get version(): ReadonlySignal<number> {
    return this.#version;
  }

  /** What a button offers to show. */
  get held(): ReadonlySignal<HeldRows> {
    return this.#held;
  }

  /** Why rows could not be read; undefined when they could. */
  get failure(): ReadonlySignal<string | undefined> {
    return this.#failure;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get length(): number {
    return this.#newRows.length + this.#below;
  }

  /** A row by its place in the table; undefined while it is not loaded. */
  at(index: number): RequestRow | undefined {
    const above = this.#newRows.length;
    if (index < above) return this.#newRows[index];
    const place = index - above;
    return this.#pages.get(Math.floor(place / PAGE_ROWS))?.[place % PAGE_ROWS];
  }

  indexOf(id: string): number {
    const above = this.#newRows.findIndex((row) => row.id === id);
    if (above >= 0) return above;
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex((row) => row.id === id);
      if (at >= 0) return this.#newRows.length + page * PAGE_ROWS + at;
    }
    return -1;
  }

  /** Reads everything anew, up to the request with this number. Rows of before stay until the new ones are there. */
  async reset(untilSeq: number | undefined): Promise<void> {
    const generation = ++this.#generation;
    this.#isLoading = true;
    this.#keep([], false);
    const page = await this.#read(0, untilSeq);
    if (generation !== this.#generation) return;
    this.#isLoading = false;
    if (page === undefined) return;
    const until = untilSeq ?? page.summary.lastSeq;
    this.#pages = new Map([[0, page.rows]]);
    this.#asked = new Set([0]);
    this.#newRows = [];
    this.#untilSeq = until;
    this.cover(until);
    this.#below = page.summary.matching;
    this.#isLoaded = true;
    this.#keep(
      this.#heldRows.filter(({ seq }) => seq > until),
      this.#mustReset,
    ); // they came meanwhile
    this.#version.value += 1;
    if (!this.#isHolding) this.release();
  }

  /** Loads what is missing of the rows from `first` to `last`. */
  ensure(first: number, last: number): void {
    if (!this.#isLoaded) return;
    const above = this.#newRows.length;
    const from = Math.max(0, Math.floor((first - above) / PAGE_ROWS));
    const to = Math.floor(Math.max(0, Math.min(last, this.length - 1) - above) / PAGE_ROWS);
    for (let page = from; page <= to; page += 1) if (!this.#asked.has(page)) void this.#ask(page);
  }

  /** Holds back what comes, or shows it at once. */
  hold(isHolding: boolean): void {
    this.#isHolding = isHolding;
    if (!isHolding) this.release();
  }

  /** Takes rows that came, newest first: into the table, or held back. `mustReset`: more came than these. */
  push(rows: readonly RequestRow[], mustReset = false): void {
    const newest = this.#heldRows[0]?.seq ?? this.#newRows[0]?.seq ?? this.#untilSeq ?? 0;
    const fresh = rows.filter(({ seq }) => seq > newest);
    if (fresh.length === 0 && !mustReset) return;
    this.#keep([...fresh, ...this.#heldRows], this.#mustReset || mustReset);
    if (!this.#isHolding) this.release();
  }

  /** Learns which request the server has counted last, on a connection that says nothing of those before it. */
  catchUp(lastSeq: number): void {
    if (this.#isLoaded && lastSeq > this.#coveredSeq) this.push([], true);
    this.cover(lastSeq);
  }

  /** Learns that nothing up to this request is missing. */
  cover(lastSeq: number): void {
    this.#coveredSeq = Math.max(this.#coveredSeq, lastSeq);
  }

  /** Learns that so many rows match now, in an order in which new ones have no place on top. */
  countNew(matching: number): void {
    if (!this.#isLoaded || this.#isLoading) return;
    const count = Math.max(0, matching - this.length);
    if (count !== this.#held.peek().count) this.#held.value = { count, isMore: false };
    this.#mustReset = count > 0;
  }

  /** Shows the rows that were held back. */
  release(): void {
    if (this.#isLoading) return; // shown when the pages are there
    if (this.#mustReset || this.#newRows.length + this.#heldRows.length > MAX_NEW_ROWS) {
      void this.reset(undefined);
      return;
    }
    if (this.#heldRows.length === 0) return;
    this.#newRows = [...this.#heldRows, ...this.#newRows];
    this.#keep([], false);
    this.#version.value += 1;
  }

  #keep(rows: readonly RequestRow[], mustReset: boolean): void {
    this.#heldRows = rows.slice(0, MAX_NEW_ROWS);
    this.#mustReset = mustReset || rows.length > MAX_NEW_ROWS;
    const held = { count: this.#heldRows.length, isMore: this.#mustReset };
    if (held.count !== this.#held.peek().count || held.isMore !== this.#held.peek().isMore) this.#held.value = held;
  }

  async #ask(page: number): Promise<void> {
    const generation = this.#generation;
    this.#asked.add(page);
    const answer = await this.#read(page * PAGE_ROWS, this.#untilSeq);
    if (generation !== this.#generation) return;
    if (answer === undefined) {
      this.#asked.delete(page); // asked again when it is next in view
      return;
    }
    this.#pages.set(page, answer.rows);
    this.#below = answer.summary.matching;
    this.#version.value += 1;
  }

  async #read(offset: number, untilSeq: number | undefined): Promise<RequestPage | undefined> {
    try {
      const page = await this.#load(offset, PAGE_ROWS, untilSeq);
      this.#failure.value = undefined;
      return page;
    } catch (error) {
      this.#failure.value = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }
}
