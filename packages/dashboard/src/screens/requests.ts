import type { Observations } from '../data/observations.ts';
import { isUnanswered } from '../data/outcome.ts';
import { drawnSince, periodOf, STEP_MS } from '../data/timeline.ts';
import type { RequestPage, RequestQuery, RequestRow, RequestsSummary } from '../wire/index.ts';
import { RequestFilter } from './request-filter.ts';
import { sortRows } from './request-sort.ts';

/** The newest rows that an event carries. */
const MAX_PUSHED = 200;

const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 500;

interface Matches {
  /** Newest first. */
  readonly rows: RequestRow[];
  readonly summary: RequestsSummary;
}

/** One page of the table. */
export function readRequests(observations: Observations, query: RequestQuery): RequestPage {
  const { rows, summary } = matchesOf(observations, query);
  const { sort = 'time', order = 'desc', offset = 0, limit = DEFAULT_LIMIT } = query;
  return { rows: sortRows(rows, sort, order).slice(offset, offset + limit), offset, summary };
}

/** The counts of the screen, and the rows that match and came after `afterSeq`, newest first. */
export function readNewRequests(
  observations: Observations,
  query: RequestQuery,
  afterSeq: number,
): { readonly summary: RequestsSummary; readonly rows: readonly RequestRow[]; readonly isReset: boolean } {
  const { rows, summary } = matchesOf(observations, query);
  const firstOld = rows.findIndex(({ seq }) => seq <= afterSeq);
  const fresh = firstOld < 0 ? rows : rows.slice(0, firstOld);
  return { summary, rows: fresh.slice(0, MAX_PUSHED), isReset: fresh.length > MAX_PUSHED };
}

function matchesOf(observations: Observations, query: RequestQuery): Matches {
  const { log } = observations;
  const { untilSeq = Number.POSITIVE_INFINITY } = query;
  const range = observations.rangeOf(query.range ?? '1h');
  const { fromAtMs, toAtMs } = periodOf(range, observations.now());
  const { fromAtMs: brushFrom = fromAtMs, toAtMs: brushTo = Number.POSITIVE_INFINITY } = query;
  const filter = new RequestFilter(query);
  const withoutTime = new RequestFilter(query);
  const histogram = new Histogram(fromAtMs, STEP_MS[range], observations.knownSinceAtMs);
  const rows: RequestRow[] = [];
  let total = 0;
  for (const row of log.newestFirst()) {
    const endedAtMs = row.atMs + row.totalMs;
    if (row.seq > untilSeq || endedAtMs < fromAtMs) continue;
    total += 1;
    const isInBrush = endedAtMs >= brushFrom && endedAtMs < brushTo;
    if (isInBrush ? filter.takes(row) : withoutTime.takes(row)) {
      histogram.add(row, endedAtMs);
      if (isInBrush) rows.push(row);
    }
  }
  const summary: RequestsSummary = {
    period: { fromAtMs, toAtMs },
    matching: rows.length,
    total,
    lastSeq: log.lastSeq,
    facets: filter.facets(),
    histogram: histogram.read(),
  };
  return { rows, summary };
}

class Histogram {
  readonly #startAtMs: number;
  readonly #stepMs: number;
  readonly #requests: number[];
  readonly #noAnswer: number[];

  constructor(fromAtMs: number, stepMs: number, sinceAtMs: number) {
    const { drawnFromAtMs, count } = drawnSince({ fromAtMs, stepMs }, sinceAtMs);
    this.#startAtMs = drawnFromAtMs;
    this.#stepMs = stepMs;
    this.#requests = new Array(count).fill(0);
    this.#noAnswer = new Array(count).fill(0);
  }

  add({ status }: RequestRow, endedAtMs: number): void {
    const at = Math.min(this.#requests.length - 1, Math.floor((endedAtMs - this.#startAtMs) / this.#stepMs));
    this.#requests[at] = (this.#requests[at] ?? 0) + 1;
    if (isUnanswered(status)) this.#noAnswer[at] = (this.#noAnswer[at] ?? 0) + 1;
  }

  read(): RequestsSummary['histogram'] {
    return {
      buckets: { startAtMs: this.#startAtMs, stepMs: this.#stepMs, count: this.#requests.length },
      requests: this.#requests,
      noAnswer: this.#noAnswer,
    };
  }
}
