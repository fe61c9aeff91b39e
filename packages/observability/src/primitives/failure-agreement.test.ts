import {
  CircuitBreakerPrimitive,
  constantBackoff,
  type FailureKind,
  failureOf,
  RetryPrimitive,
  WorkflowContext,
} from 'tta-dev-primitives';
import { failureOfKind } from 'tta-dev-primitives/internal';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { CachePrimitive } from './cache/cache-primitive.ts';
import type { FailureCause } from './cache/facts.ts';
import { memoryStore } from './cache/store/memory-store.ts';
import type { RouterErrorType } from './router/facts.ts';
import { RouterPrimitive } from './router/router-primitive.ts';

/** What each primitive makes of an error. */
interface Verdicts {
  /** A retry tries the same step again. */
  readonly retried: boolean;
  /** A router goes on to another route. */
  readonly fallsBack: boolean;
  /** The cause for which a cache serves a stale answer in its place. */
  readonly stale: FailureCause | undefined;
  /** A circuit counts it as a failure of what it guards. */
  readonly counts: boolean;
  /** The word for it in the metrics of the router. */
  readonly errorType: RouterErrorType;
}

const http = (status: number, error?: object): Error =>
  Object.assign(new Error(`status ${status}`), { status, ...(error && { error }) });
const coded = (code: string): Error => Object.assign(new Error(code), { code });
const named = (name: string): Error => Object.assign(new Error(name), { name });

const row = (
  retried: boolean,
  fallsBack: boolean,
  stale: FailureCause | undefined,
  counts: boolean,
  errorType: RouterErrorType,
): Verdicts => ({
  retried,
  fallsBack,
  stale,
  counts,
  errorType,
});

/** An error of each kind, and what is made of it: retried, falls back, served stale, counted, named. */
const TABLE: Readonly<Record<FailureKind, readonly [error: unknown, verdicts: Verdicts]>> = {
  network: [coded('ECONNRESET'), row(true, true, 'network', true, 'network')],
  timeout: [named('TimeoutError'), row(true, true, 'timeout', true, 'timeout')],
  rate_limited: [http(429), row(true, true, 'rate_limited', true, 'rate_limit')],
  overloaded: [
    { type: 'error', error: { type: 'overloaded_error' } },
    row(true, true, 'server_error', true, 'http_5xx'),
  ],
  server_error: [http(500), row(true, true, 'server_error', true, 'http_5xx')],
  conflict: [http(409), row(true, true, undefined, true, 'http_4xx')],
  bad_response: [
    new SyntaxError('Unexpected end of JSON input'),
    row(true, true, 'server_error', true, 'bad_response'),
  ],
  incomplete: [named('IncompleteStreamError'), row(true, true, 'server_error', true, 'bad_response')],
  content_filter: [http(400, { code: 'content_filter' }), row(false, false, undefined, false, 'http_4xx')],
  quota: [http(429, { code: 'insufficient_quota' }), row(false, true, 'quota', true, 'rate_limit')],
  billing: [http(402), row(false, true, 'quota', true, 'http_4xx')],
  authentication: [http(401), row(false, false, undefined, false, 'authentication')],
  permission: [http(403), row(false, false, undefined, false, 'authentication')],
  not_found: [http(404), row(false, false, undefined, false, 'http_4xx')],
  invalid_request: [http(400), row(false, false, undefined, false, 'http_4xx')],
  too_large: [http(413), row(false, false, undefined, false, 'http_4xx')],
  context_length: [http(400, { code: 'context_length_exceeded' }), row(false, false, undefined, false, 'http_4xx')],
  aborted: [named('AbortError'), row(false, false, undefined, true, 'cancelled')],
  circuit_open: [coded('ERR_TTA_CIRCUIT_OPEN'), row(false, true, 'circuit_open', true, 'other')],
  bulkhead_full: [coded('ERR_TTA_BULKHEAD_FULL'), row(false, true, undefined, true, 'other')],
  budget_exceeded: [coded('ERR_TTA_BUDGET_EXCEEDED'), row(false, false, undefined, true, 'other')],
  unknown: [Object.assign(new Error('no'), { retryable: false }), row(false, false, undefined, true, 'other')],
};

const failing = (error: unknown) => (): Promise<string> => Promise.reject(error);
const settled = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

async function isRetried(error: unknown): Promise<boolean> {
  let calls = 0;
  const step = (): Promise<string> => {
    calls += 1;
    return Promise.reject(error);
  };
  await settled(new RetryPrimitive(step, { maxAttempts: 2, backoff: constantBackoff(0) }).execute(undefined));
  return calls === 2;
}

async function routed(error: unknown): Promise<Pick<Verdicts, 'fallsBack' | 'errorType'>> {
  using recording = recordingObserver();
  const routes = { a: failing(error), b: () => 'b' };
  const router = new RouterPrimitive(routes, { strategy: () => 'a', defaultRoute: 'a', fallback: true });
  const fallsBack = (await settled(router.execute(''))) === 'b';
  const [errorType = 'other'] = recording.factsOf('router.errorType');
  return { fallsBack, errorType: errorType as RouterErrorType }; // which the router states
}

async function staleCause(error: unknown): Promise<FailureCause | undefined> {
  using recording = recordingObserver();
  const clock = manualClock();
  const answers = [() => 'fresh', failing(error)];
  const cache = new CachePrimitive(() => (answers.shift() ?? failing(error))(), {
    store: memoryStore({ clock }),
    ttlMs: 1_000,
    ttlJitter: 0,
    staleIfErrorMs: 60_000,
  });
  await cache.execute('q', new WorkflowContext({ clock }));
  await clock.advance(1_000);
  await settled(cache.execute('q', new WorkflowContext({ clock })));
  return recording.factsOf('cache.staleServed')[0] as FailureCause | undefined; // which the cache states
}

async function isCounted(error: unknown): Promise<boolean> {
  const guarded = new CircuitBreakerPrimitive(failing(error));
  await settled(guarded.execute(undefined));
  return guarded.getStats().failures === 1;
}

const ROWS = Object.entries(TABLE).map(([kind, [error, verdicts]]) => ({ kind, error, verdicts }));

describe('retry, router, cache and circuit', () => {
  it.each(ROWS)('agree on $kind', async ({ kind, error, verdicts }) => {
    expect(failureOf(error)?.kind).toBe(kind);
    const [retried, router, stale, counts] = await Promise.all([
      isRetried(error),
      routed(error),
      staleCause(error),
      isCounted(error),
    ]);
    expect({ retried, ...router, stale, counts }).toEqual(verdicts);
  });

  it.each(ROWS)(
    'agree on $kind however it is wrapped, and when something read it before',
    async ({ kind, error, verdicts }) => {
      const read = Object.assign(new Error('read'), { failure: failureOfKind(kind as FailureKind) }); // a key of the table
      for (const each of [new Error('wrapped', { cause: error }), new AggregateError([error, error]), read]) {
        expect(await isRetried(each)).toBe(verdicts.retried);
        expect((await routed(each)).fallsBack).toBe(verdicts.fallsBack);
        expect(await staleCause(each)).toBe(verdicts.stale);
        expect(await isCounted(each)).toBe(verdicts.counts);
      }
    },
  );

  it('never retry what another route may not mend, nor what the circuit does not count', () => {
    for (const { verdicts } of ROWS) {
      expect(verdicts.fallsBack || !verdicts.retried).toBe(true);
      expect(verdicts.counts || !(verdicts.retried || verdicts.fallsBack || verdicts.stale)).toBe(true);
      expect(verdicts.fallsBack || verdicts.stale === undefined).toBe(true);
    }
  });
});
