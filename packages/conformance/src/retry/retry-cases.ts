import assert from 'node:assert/strict';
import { type Bench, describe, expectError } from '../bench.ts';
import {
  type RetryAdapter,
  type RetryCase,
  type RetryCaseSettings,
  type RetrySubject,
  retryOf,
} from './retry-adapter.ts';

const LEFT = new Error('the caller has left');

/** An error as an SDK throws it for an HTTP response. */
function responseError(status: number, headers: Readonly<Record<string, string>> = {}): Error {
  return Object.assign(new Error(`status ${status}`), { status, headers: new Headers(headers) });
}

function networkError(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}

const PASSING: readonly Error[] = [
  ...[408, 409, 429, 500, 502, 503, 504].map((status) => responseError(status)),
  networkError('ECONNREFUSED'),
  networkError('UND_ERR_HEADERS_TIMEOUT'),
  Object.assign(new Error('time is up'), { name: 'TimeoutError', code: 'ERR_TTA_TIMEOUT', retryable: true }),
];

const LASTING: readonly Error[] = [
  ...[400, 401, 403, 404, 422].map((status) => responseError(status)),
  Object.assign(new Error('open'), { name: 'CircuitOpenError', code: 'ERR_TTA_CIRCUIT_OPEN', retryable: false }),
  new DOMException('aborted', 'AbortError'),
  new TypeError('undefined is not a function'),
];

/** Work that always fails, with the next of the errors, and that remembers when. */
class Failing {
  readonly attemptsMs: number[] = [];
  readonly #errors: readonly unknown[];
  readonly #bench: Bench;

  constructor(bench: Bench, ...errors: readonly unknown[]) {
    this.#bench = bench;
    this.#errors = errors;
  }

  readonly run = (): Promise<never> => {
    this.attemptsMs.push(this.#bench.elapsedMs());
    return Promise.reject(this.#errors[Math.min(this.attemptsMs.length, this.#errors.length) - 1]);
  };
}

async function attemptsFor(adapter: RetryAdapter, bench: Bench, error: Error): Promise<number> {
  const failing = new Failing(bench, error);
  const retry = retryOf(adapter, bench, { maxAttempts: 2, delayMs: 1 });
  expectError(await bench.settle(() => retry.run(failing.run)), error);
  return failing.attemptsMs.length;
}

/** The waits that a retry makes when its work fails with this response. */
async function waitsAfter(
  adapter: RetryAdapter,
  bench: Bench,
  error: Error,
  settings: Partial<RetryCaseSettings> = {},
): Promise<number[]> {
  const failing = new Failing(bench, error);
  const retry = retryOf(adapter, bench, { maxAttempts: 2, delayMs: 1, ...settings });
  await bench.settle(() => retry.run(failing.run));
  return failing.attemptsMs.slice(1).map((atMs, index) => atMs - (failing.attemptsMs[index] ?? 0));
}

async function expectNoSleep(bench: Bench, retry: RetrySubject, remainingMs?: number): Promise<void> {
  const error = responseError(503);
  const failing = new Failing(bench, error);
  const startedAt = bench.elapsedMs();
  const settled = await bench.settle(() => retry.run(failing.run, { remainingMs }));
  expectError(settled, error);
  bench.expectAt(settled.atMs - startedAt, 0, 'rejected');
  assert.equal(failing.attemptsMs.length, 1, 'it tried again');
}

/** Every rule of a retry, R1 to R8. */
export const retryCases: readonly RetryCase[] = [
  {
    id: 'R1',
    title: 'gives a wait up at once when the caller leaves',
    needs: [],
    async run(adapter, bench) {
      const failing = new Failing(bench, responseError(503));
      const retry = retryOf(adapter, bench, { delayMs: 300 });
      const signal = bench.abortedAfter(50, LEFT);
      const settled = await bench.settle(() => retry.run(failing.run, { signal }));
      expectError(settled, LEFT);
      bench.expectAt(settled.atMs, 50, 'rejected');
      await bench.sleep(350);
      assert.equal(failing.attemptsMs.length, 1, 'it tried again');
    },
  },
  {
    id: 'R2',
    title: 'answers a caller who leaves while an attempt runs, even one that ignores its signal',
    needs: [],
    async run(adapter, bench) {
      const retry = retryOf(adapter, bench, {});
      const signals: (AbortSignal | undefined)[] = [];
      const work = (signal?: AbortSignal): Promise<unknown> => {
        signals.push(signal);
        return bench.failAfter(200, responseError(503));
      };
      const settled = await bench.settle(() => retry.run(work, { signal: bench.abortedAfter(30, LEFT) }));
      expectError(settled, LEFT);
      bench.expectAt(settled.atMs, 30, 'rejected');
      assert.equal(signals[0]?.reason, LEFT, 'the attempt was not told');
      await bench.sleep(300);
      assert.equal(signals.length, 1, 'it tried again');
    },
  },
  {
    id: 'R3',
    title: 'waits as long as the server asks, and stops when the server says so',
    needs: [],
    async run(adapter, bench) {
      const inTwoSeconds = new Date(bench.clock.epochMs() + 2_000).toUTCString();
      for (const [headers, fromMs, untilMs] of [
        [{ 'retry-after-ms': '150' }, 150, 150],
        [{ 'retry-after': '0.2' }, 200, 200],
        [{ 'retry-after': inTwoSeconds }, 1_000, 2_000],
        [{ 'x-should-retry': 'true', 'retry-after-ms': '50' }, 50, 50],
      ] as const) {
        const [waitMs = 0] = await waitsAfter(adapter, bench, responseError(429, headers));
        bench.expectBetween(waitMs, fromMs, untilMs, 'tried again');
      }
      const stop = responseError(503, { 'x-should-retry': 'false' });
      assert.deepEqual(await waitsAfter(adapter, bench, stop), [], 'it tried again although the server said no');
      const [deafMs = -1] = await waitsAfter(adapter, bench, responseError(429, { 'retry-after-ms': '900' }), {
        respectRetryAfter: false,
      });
      bench.expectAt(deafMs, 1, 'tried again, told not to listen,');
    },
  },
  {
    id: 'R4',
    title: 'does not wait past the deadline of its caller',
    needs: ['deadline'],
    async run(adapter, bench) {
      await expectNoSleep(bench, retryOf(adapter, bench, { delayMs: 300 }), 200);
      if (!adapter.can.includes('max_elapsed')) return;
      await expectNoSleep(bench, retryOf(adapter, bench, { delayMs: 300, maxElapsedMs: 200 }));
    },
  },
  {
    id: 'R5',
    title: 'tries again what may pass, and nothing else',
    needs: [],
    async run(adapter, bench) {
      for (const error of PASSING) {
        assert.equal(await attemptsFor(adapter, bench, error), 2, `${describe(error)} was not tried again`);
      }
      for (const error of LASTING) {
        assert.equal(await attemptsFor(adapter, bench, error), 1, `${describe(error)} was tried again`);
      }
    },
  },
  {
    id: 'R6',
    title: 'never waits longer than the maximum, jitter included',
    needs: ['jitter'],
    async run(adapter) {
      const delays = adapter.delays?.(10_000, 1_000) ?? [];
      assert.equal(delays.length, 10_000);
      for (const delayMs of delays) assert.ok(delayMs >= 0 && delayMs <= 1_000, `a wait of ${delayMs} ms was drawn`);
      const capped = delays.filter((delayMs) => delayMs === 1_000).length;
      assert.ok(capped < 100, `${capped} of 10,000 waits are exactly the maximum: they march in step`);
    },
  },
  {
    id: 'R7',
    title: 'rejects with the error of the last attempt, and reports the earlier ones',
    needs: [],
    async run(adapter, bench) {
      const errors = [responseError(500), responseError(502), responseError(503)];
      const retry = retryOf(adapter, bench, { delayMs: 1 });
      expectError(await bench.settle(() => retry.run(new Failing(bench, ...errors).run)), errors[2]);
      if (adapter.can.includes('reports')) assert.deepEqual(retry.attemptErrors?.(), errors);
      if (!adapter.can.includes('aggregate')) return;
      const all = retryOf(adapter, bench, { delayMs: 1, aggregate: true });
      const { error } = await bench.settle(() => all.run(new Failing(bench, ...errors).run));
      assert.ok(error instanceof AggregateError, `the error is ${describe(error)}, expected an AggregateError`);
      assert.deepEqual(error.errors, errors);
      assert.equal(error.cause, errors[2]);
    },
  },
  {
    id: 'R8',
    title: 'does not wait after the last attempt',
    needs: [],
    async run(adapter, bench) {
      const failing = new Failing(bench, responseError(503));
      const retry = retryOf(adapter, bench, { maxAttempts: 2, delayMs: 150 });
      const settled = await bench.settle(() => retry.run(failing.run));
      bench.expectAt(settled.atMs, 150, 'rejected');
      assert.equal(failing.attemptsMs.length, 2);
    },
  },
];
