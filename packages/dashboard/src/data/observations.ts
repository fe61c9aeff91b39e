import type { AskedRange, Kept, Range, Source } from '../wire/index.ts';
import { withMaker } from './maker.ts';
import { withNoAnswer } from './no-answer.ts';
import { RequestLog } from './request-log.ts';
import { RequestRate } from './request-rate.ts';
import { RouteRegistry } from './route-registry.ts';
import type { SeenRequest } from './seen-request.ts';
import { StateLanes } from './state-lanes.ts';
import { drawnSince, type PeriodTally, rangeSince, STEP_MS, Timeline } from './timeline.ts';
import { UseRegistry } from './use-registry.ts';

export interface ObservationOptions {
  readonly source: Source;
  /** How many of the newest requests are kept. */
  readonly maxRequests: number;
  /** Whether a database keeps requests. */
  readonly hasHistory?: boolean;
  /** How many requests that database could not take. */
  readonly lostFromHistory?: () => number;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Everything that the dashboard knows: sums over time, and the newest requests. Its memory is bounded. */
export class Observations {
  readonly source: Source;
  readonly now: () => number;
  readonly startedAtMs: number;
  readonly #hasHistory: boolean;
  readonly lostFromHistory: () => number;
  readonly log: RequestLog;
  readonly timeline: Timeline = new Timeline();
  readonly routes: RouteRegistry = new RouteRegistry();
  readonly lanes: StateLanes = new StateLanes();
  readonly uses: UseRegistry = new UseRegistry();
  readonly rate: RequestRate = new RequestRate();
  running = 0;
  lastRequestAtMs: number | undefined;
  #firstRequestAtMs: number | undefined;
  readonly #listeners = new Set<() => void>();
  #version = 0;

  constructor({ source, maxRequests, hasHistory = false, lostFromHistory = () => 0, now }: ObservationOptions) {
    this.#hasHistory = hasHistory;
    this.lostFromHistory = lostFromHistory;
    this.source = source;
    this.now = now;
    this.startedAtMs = now();
    this.log = new RequestLog(maxRequests);
  }

  /** Another number after every change. */
  get version(): number {
    return this.#version;
  }

  get kept(): Kept {
    const { kept, lastSeq, maxRequests } = this.log;
    return { requests: kept, maxRequests, dropped: lastSeq - kept, history: this.#hasHistory, content: false };
  }

  /** The shortest range with everything that is known: up to an hour, and of a ledger, which does not go on, up to a week. */
  get autoRange(): Range {
    const isPast = this.source.kind === 'ledger' || this.#hasHistory;
    const range = rangeSince(isPast ? this.knownSinceAtMs : this.startedAtMs, this.now());
    return this.source.kind !== 'ledger' && STEP_MS[range] > STEP_MS['1h'] ? '1h' : range;
  }

  /** Since when requests are known: since the start, or since an earlier request that a file or another program told of. */
  get knownSinceAtMs(): number {
    const startedAtMs = this.source.kind === 'ledger' ? this.now() : this.startedAtMs;
    return Math.min(startedAtMs, this.#firstRequestAtMs ?? startedAtMs);
  }

  /** What was counted in a range, with the buckets to draw. */
  read(range: Range): PeriodTally {
    const period = this.timeline.read(range, this.now());
    const { drawnFromAtMs, count } = drawnSince(period, this.knownSinceAtMs);
    return { ...period, drawnFromAtMs, buckets: period.buckets.slice(-count) };
  }

  rangeOf(asked: AskedRange): Range {
    return asked === 'auto' ? this.autoRange : asked;
  }

  begin(): void {
    this.running += 1;
    this.#changed();
  }

  /** @param ended - the request; `wasRunning` when its beginning was told */
  end(ended: SeenRequest, wasRunning: boolean): void {
    const made = withMaker(ended, (model) => this.routes.ofModel(model));
    const request = withNoAnswer(made, (router) => this.routes.baselineOf(router));
    const endedAtMs = request.startedAtMs + request.durationMs;
    if (wasRunning) this.running -= 1;
    this.log.add(request);
    this.timeline.add(request, endedAtMs);
    this.routes.learn(request);
    this.lanes.learn(request);
    this.uses.learn(request);
    this.rate.add(endedAtMs);
    this.#firstRequestAtMs = Math.min(this.#firstRequestAtMs ?? Number.POSITIVE_INFINITY, request.startedAtMs);
    this.lastRequestAtMs = Math.max(this.lastRequestAtMs ?? 0, endedAtMs);
    this.#changed();
  }

  /** @returns the function that takes the listener away again */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}
