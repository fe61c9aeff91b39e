import type { RequestRow } from '../wire/index.ts';
import { rowOf } from './request-row.ts';
import type { SeenRequest } from './seen-request.ts';

/** The newest requests, up to this number, are kept whole; older ones only as their line in the table. */
const DETAILED = 5_000;

/** The newest requests. A request is found by its place in the order of their ends, or by its id. */
export class RequestLog {
  readonly maxRequests: number;
  readonly #rows: RequestRow[] = [];
  readonly #details: SeenRequest[] = [];
  #lastSeq = 0;

  constructor(maxRequests: number) {
    this.maxRequests = maxRequests;
  }

  /** How many requests there were; the `seq` of the newest. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** The `seq` of the oldest request that is kept. */
  get firstSeq(): number {
    return Math.max(1, this.#lastSeq - this.maxRequests + 1);
  }

  get kept(): number {
    return this.#lastSeq - this.firstSeq + 1;
  }

  add(seen: SeenRequest): void {
    const seq = this.#lastSeq + 1;
    this.#rows[seq % this.maxRequests] = rowOf(seen, seq);
    this.#details[seq % DETAILED] = seen;
    this.#lastSeq = seq;
  }

  row(seq: number): RequestRow | undefined {
    const row = this.#rows[seq % this.maxRequests];
    return row?.seq === seq ? row : undefined;
  }

  /** Everything about a request, if it is among the newest. */
  detail(seq: number): SeenRequest | undefined {
    return seq > this.#lastSeq - DETAILED && seq >= this.firstSeq ? this.#details[seq % DETAILED] : undefined;
  }

  /** Looks through all that are kept: readers ask for few requests, and an index of them would cost every request. */
  find(id: string): RequestRow | undefined {
    for (const row of this.newestFirst()) if (row.id === id) return row;
    return undefined;
  }

  /** The newest first. */
  newest(count: number): RequestRow[] {
    const rows: RequestRow[] = [];
    for (const row of this.newestFirst()) {
      if (rows.length === count) break;
      rows.push(row);
    }
    return rows;
  }

  /** From the newest to the oldest. */
  *newestFirst(): Generator<RequestRow> {
    for (let seq = this.#lastSeq; seq >= this.firstSeq; seq -= 1) {
      const row = this.row(seq);
      if (row !== undefined) yield row;
    }
  }
}
