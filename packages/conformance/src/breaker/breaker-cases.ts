import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { expectError, expectValue, honouring } from '../bench.ts';
import {
  type BreakerCase,
  type BreakerState,
  type BreakerSubject,
  breakerOf,
  expectOpen,
  failTimes,
} from './breaker-adapter.ts';

const DOWN = new Error('the dependency is down');
const LEFT = new Error('the caller has left');
const AN_HOUR_MS = 3_600_000;

/** Every rule of a circuit breaker, B1 to B10. */
export const breakerCases: readonly BreakerCase[] = [
  {
    id: 'B1',
    title: 'opens after failures in a row, and then refuses without calling',
    needs: [],
    async run(adapter, bench) {
      const breaker = breakerOf(adapter, bench, {});
      await failTimes(breaker, bench, 2);
      assert.equal(breaker.state(), 'open');
      let calls = 0;
      const refused = await bench.settle(() =>
        breaker.run(() => {
          calls += 1;
        }),
      );
      expectOpen(adapter, refused);
      assert.equal(calls, 0, 'the work was called');
      if (!adapter.can.includes('retry_after')) return;
      const { retryAfterMs } = refused.error as { retryAfterMs: number };
      bench.expectBetween(retryAfterMs, 10, 100, 'retryAfterMs');
    },
  },
  {
    id: 'B2',
    title: 'admits as many probes as it has permits, and refuses the others',
    needs: [],
    async run(adapter, bench) {
      const breaker = breakerOf(adapter, bench, {});
      await failTimes(breaker, bench, 2);
      await bench.sleep(130);
      let probes = 0;
      const probe = (): Promise<unknown> => {
        probes += 1;
        return bench.after(50, 'v');
      };
      const answers = [1, 2, 3, 4].map(() => bench.settle(() => breaker.run(probe)));
      await bench.sleep(20);
      assert.equal(probes, 1, `${probes} probes ran at once`);
      const settled = await Promise.all(answers);
      for (const answer of settled.slice(1)) expectOpen(adapter, answer);
      expectValue(settled[0] as (typeof settled)[0], 'v');
    },
  },
  {
    id: 'B3',
    title: 'closes after as many successful probes as it was told',
    needs: ['success_threshold'],
    async run(adapter, bench) {
      const breaker = breakerOf(adapter, bench, { successThreshold: 2 });
      await failTimes(breaker, bench, 2);
      await bench.sleep(130);
      expectValue(await bench.settle(() => breaker.run(() => 'first')), 'first');
      assert.equal(breaker.state(), 'half_open');
      expectValue(await bench.settle(() => breaker.run(() => 'second')), 'second');
      assert.equal(breaker.state(), 'closed');
    },
  },
  {
    id: 'B4',
    title: 'ignores the results of calls that began before it opened',
    needs: [],
    async run(adapter, bench) {
      const breaker = breakerOf(adapter, bench, {});
      const success = bench.settle(() => breaker.run(() => bench.after(60, 'stale')));
      const failure = bench.settle(() => breaker.run(() => bench.failAfter(180, DOWN)));
      const lateSuccess = bench.settle(() => breaker.run(() => bench.after(160, 'stale')));
      await failTimes(breaker, bench, 2);
      expectValue(await success, 'stale');
      assert.equal(breaker.state(), 'open', 'a stale success closed the open circuit');
      await bench.sleep(130 - bench.elapsedMs());
      const probe = bench.settle(() => breaker.run(() => bench.after(100, 'probe')));
      expectValue(await lateSuccess, 'stale');
      assert.equal(breaker.state(), 'half_open', 'a stale success closed the half-open circuit');
      expectError(await failure, DOWN);
      assert.equal(breaker.state(), 'half_open', 'a stale failure opened the half-open circuit');
      expectValue(await probe, 'probe');
      assert.equal(breaker.state(), 'closed');
      assert.equal(breaker.staleResults?.() ?? 3, 3, 'the stale results were not counted as such');
    },
  },
  {
    id: 'B5',
    title: 'does not count a call whose caller has left',
    needs: [],
    async run(adapter, bench) {
      const leave = async (breaker: BreakerSubject): Promise<void> => {
        const signal = bench.abortedAfter(10, LEFT);
        await bench.settle(() => breaker.run((inner) => honouring(inner ?? signal), { signal }));
      };
      const touchy = breakerOf(adapter, bench, { failureThreshold: 1 });
      for (let call = 0; call < 3; call += 1) await leave(touchy);
      assert.equal(touchy.state(), 'closed', 'a cancellation opened the circuit');
      const breaker = breakerOf(adapter, bench, {});
      await failTimes(breaker, bench, 1);
      await leave(breaker);
      await failTimes(breaker, bench, 1);
      assert.equal(breaker.state(), 'open', 'a cancellation between two failures counted as a success');
    },
  },
  {
    id: 'B6',
    title: 'opens once when calls fail together',
    needs: ['state_events'],
    async run(adapter, bench) {
      const states: BreakerState[] = [];
      const breaker = breakerOf(adapter, bench, { failureThreshold: 3, onState: (state) => states.push(state) });
      const failing = Array.from({ length: 5 }, () => bench.settle(() => breaker.run(() => bench.failAfter(20, DOWN))));
      await Promise.all(failing);
      assert.deepEqual(states, ['open']);
    },
  },
  {
    id: 'B7',
    title: 'gets the permit of a cancelled probe back',
    needs: [],
    async run(adapter, bench) {
      const breaker = breakerOf(adapter, bench, {});
      await failTimes(breaker, bench, 2);
      await bench.sleep(130);
      const signal = bench.abortedAfter(10, LEFT);
      await bench.settle(() => breaker.run((inner) => honouring(inner ?? signal), { signal }));
      assert.equal(breaker.state(), 'half_open', 'the cancelled probe changed the state');
      expectValue(await bench.settle(() => breaker.run(() => 'v')), 'v');
      assert.equal(breaker.state(), 'closed');
    },
  },
  {
    id: 'B8',
    title: 'opens when too many of enough calls are slow',
    needs: ['slow_calls'],
    async run(adapter, bench) {
      const slow = { failureThreshold: Infinity, slowCallMs: 20, slowCallRate: 0.5, minCalls: 4 };
      const breaker = breakerOf(adapter, bench, slow);
      for (let call = 1; call <= 4; call += 1) {
        assert.equal(breaker.state(), 'closed', `it opened after ${call - 1} calls`);
        expectValue(await bench.settle(() => breaker.run(() => bench.after(call % 2 === 0 ? 30 : 0, 'v'))), 'v');
      }
      assert.equal(breaker.state(), 'open');
    },
  },
  {
    id: 'B9',
    title: 'is not impressed by a wall clock that jumps',
    needs: [],
    time: 'real',
    async run(adapter, bench) {
      for (const jumpMs of [AN_HOUR_MS, -AN_HOUR_MS]) {
        const breaker = breakerOf(adapter, bench, {});
        await failTimes(breaker, bench, 2);
        mock.timers.enable({ apis: ['Date'], now: Date.now() + jumpMs });
        bench.defer(() => mock.timers.reset());
        expectOpen(adapter, await bench.settle(() => breaker.run(() => 'too early')));
        await bench.sleep(130);
        expectValue(await bench.settle(() => breaker.run(() => 'v')), 'v');
        mock.timers.reset();
      }
    },
  },
  {
    id: 'B10',
    title: 'stays open over a restart, and goes half-open in time without a timer',
    needs: ['store'],
    async run(adapter, bench) {
      let kept: unknown;
      const store = {
        load: (): unknown => kept,
        save: (snapshot: unknown): void => {
          kept = JSON.parse(JSON.stringify(snapshot));
        },
      };
      await failTimes(breakerOf(adapter, bench, { store }), bench, 2);
      const timers = bench.manual?.pendingTimers;
      const restarted = breakerOf(adapter, bench, { store });
      expectOpen(adapter, await bench.settle(() => restarted.run(() => 'too early')));
      assert.equal(bench.manual?.pendingTimers, timers, 'it waits with a timer');
      await bench.sleep(130);
      expectValue(await bench.settle(() => restarted.run(() => 'v')), 'v');
      assert.equal(restarted.state(), 'closed');
    },
  },
];
