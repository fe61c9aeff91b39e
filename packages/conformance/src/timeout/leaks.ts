import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Bench, expectValue, never } from '../bench.ts';
import { expectCounts, expectTimeout, type TimeoutCase, type TimeoutSubject, timeoutOf } from './timeout-adapter.ts';

const PENDING = 100_000;

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

export function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

async function heapUsed(bench: Bench): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    collectGarbage();
    await bench.turn();
  }
  return process.memoryUsage().heapUsed;
}

/** Makes calls that all wait for one gate, opens it, and waits for them. */
async function passGate(timeout: TimeoutSubject, calls: number): Promise<void> {
  const { promise: gate, resolve: open } = Promise.withResolvers<string>();
  const running = Array.from({ length: calls }, () => timeout.run(() => gate));
  open('v');
  await Promise.all(running);
}

/** A call whose work never ends, and is held by a client that leaks, has an input; only the implementation could still hold that. */
async function abandonedInput(timeout: TimeoutSubject, bench: Bench, leaks: unknown[]): Promise<WeakRef<object>> {
  const input = { text: 'a long prompt' };
  await bench.settle(() =>
    timeout.run(() => {
      void input.text;
      return leaked(leaks);
    }),
  );
  return new WeakRef(input);
}

function leaked(leaks: unknown[]): Promise<never> {
  return new Promise((resolve) => void leaks.push(resolve));
}

/** What is left when a call is over: no timer, no listener, no memory, and a signal that still serves its stream. */
export const leakCases: readonly TimeoutCase[] = [
  {
    id: 'C23',
    title: 'does not abort the signal after a success, which keeps a response stream alive',
    needs: ['signal'],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, {});
      let seen: AbortSignal | undefined;
      const work = (signal?: AbortSignal): Promise<unknown> => {
        seen = signal;
        return bench.after(10, 'v');
      };
      expectValue(await bench.settle(() => timeout.run(work)), 'v');
      await bench.sleep(150);
      assert.equal(seen?.aborted, false, 'the signal was aborted after the success');
    },
  },
  {
    id: 'C24',
    title: 'leaves no listener on a signal that a thousand calls shared',
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, {});
      const { signal } = new AbortController();
      for (let call = 0; call < 1_000; call += 1) await timeout.run(() => 'v', { signal });
      await bench.turn();
      assert.equal(getEventListeners(signal, 'abort').length, 0, 'listeners are left on the signal');
      expectCounts(timeout, { success: 1_000 });
    },
  },
  {
    id: 'C25',
    title: 'leaves no timer after a thousand calls',
    needs: [],
    time: 'real',
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 100_000 });
      const before = activeTimers();
      for (let call = 0; call < 1_000; call += 1) await timeout.run(() => 'v');
      await bench.turn();
      assert.ok(activeTimers() <= before, `${activeTimers() - before} timers are left`);
      expectCounts(timeout, { success: 1_000 });
    },
  },
  {
    id: 'C38',
    title: 'keeps less than 20 bytes of each of 100,000 calls that were pending at once',
    needs: [],
    time: 'real',
    limitMs: 240_000,
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 600_000 });
      await passGate(timeout, 1_000); // compiles everything, to keep code out of the memory figures
      const timers = activeTimers();
      const before = await heapUsed(bench);
      await passGate(timeout, PENDING);
      const kept = ((await heapUsed(bench)) - before) / PENDING;
      assert.ok(kept < 20, `${Math.round(kept)} bytes are kept for each call`);
      assert.ok(activeTimers() <= timers, `${activeTimers() - timers} timers are left`);
      expectCounts(timeout, { success: PENDING + 1_000 });
    },
  },
  {
    id: 'C50',
    title: 'lets go of the input of work that never ends',
    needs: [],
    time: 'real',
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 30 });
      const leaks: unknown[] = [];
      const input = await abandonedInput(timeout, bench, leaks);
      await heapUsed(bench);
      assert.equal(input.deref(), undefined, 'the input is still held');
      assert.equal(leaks.length, 1, 'the work was not started once');
      expectTimeout(adapter, await bench.settle(() => timeout.run(never)));
    },
  },
];
