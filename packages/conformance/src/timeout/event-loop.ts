import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mock } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { expectValue, never } from '../bench.ts';
import { expectCounts, expectTimeout, type TimeoutCase, timeoutOf } from './timeout-adapter.ts';

/** Keeps the event loop busy, as a large `JSON.parse` does. */
function block(durationMs: number): void {
  const until = performance.now() + durationMs;
  while (performance.now() < until);
}

/**
 * Sends a message to itself, and then keeps the event loop busy for so long that the message waits to be picked up. In an immediate,
 * because the loop looks at its timers next, and only then at what has come.
 */
function readyButBlocked(): Promise<unknown> {
  return new Promise((resolve) => {
    setImmediate(() => {
      const { port1, port2 } = new MessageChannel();
      port1.once('message', (message) => {
        port1.close();
        resolve(message);
      });
      port2.postMessage('ready');
      block(600);
    });
  });
}

interface Exit {
  readonly code: number | null;
  readonly printed: string;
}

function runProgram(source: string, flags: readonly string[]): Promise<Exit> {
  return new Promise((resolve, reject) => {
    const program = spawn(process.execPath, [...flags, '--input-type=module', '--eval', source], { timeout: 100_000 });
    let printed = '';
    program.stdout.on('data', (text: Buffer) => {
      printed += text.toString();
    });
    program.on('error', reject).on('close', (code) => resolve({ code, printed }));
  });
}

/** The loop of Node.js: blocked, suspended, faked, or about to end. */
export const eventLoopCases: readonly TimeoutCase[] = [
  {
    id: 'C21',
    title: 'gives an answer that is ready behind a blocked event loop one more turn',
    needs: [],
    time: 'real',
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 300 });
      expectValue(await bench.settle(() => timeout.run(readyButBlocked)), 'ready');
      expectCounts(timeout, { lateSuccess: 1 });
    },
  },
  {
    id: 'C22',
    title: 'accepts the value of work that blocked the event loop past the limit',
    needs: [],
    time: 'real',
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 50 });
      const work = (): string => {
        block(150);
        return 'blk';
      };
      expectValue(await bench.settle(() => timeout.run(work)), 'blk');
      expectCounts(timeout, { lateSuccess: 1 });
    },
  },
  {
    id: 'C37',
    title: 'keeps a process alive while it waits and no longer',
    needs: ['programs'],
    time: 'real',
    limitMs: 240_000,
    async run(adapter) {
      const { quick = '', hanging = '', flags = [] } = adapter.programs ?? {};
      assert.equal((await runProgram(quick, flags)).code, 0, 'a finished call kept the process alive, or failed');
      const { code, printed } = await runProgram(hanging, flags);
      assert.deepEqual({ code, printed: printed.trim() }, { code: 0, printed: 'rejected' });
    },
  },
  {
    id: 'C44',
    title: 'settles once when the clock jumps past both limits, as on a laptop that was asleep',
    needs: ['grace', 'outcomes'],
    time: 'virtual',
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 1_000, graceMs: 1_000 });
      const stuck = bench.settle(() => timeout.run(never));
      const ready = bench.settle(() => timeout.run(() => bench.after(500, 'ready')));
      await bench.manual?.jump(60_000);
      expectTimeout(adapter, await stuck);
      expectValue(await ready, 'ready');
      expectCounts(timeout, { timeout: 1, lateSuccess: 1, abandoned: 1 });
      const { elapsedMs } = (await stuck).error as { elapsedMs?: number };
      assert.ok(elapsedMs === undefined || elapsedMs >= 0, `elapsedMs of the error is ${elapsedMs}`);
    },
  },
  {
    id: 'C45',
    title: 'obeys fake timers that were installed after it was loaded',
    needs: [],
    time: 'real',
    async run(adapter, bench) {
      mock.timers.enable({ apis: ['setTimeout'] });
      bench.defer(() => mock.timers.reset());
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 60_000 });
      const settled = bench.settle(() => timeout.run(never));
      await bench.turn();
      mock.timers.tick(60_000);
      await bench.turn();
      mock.timers.tick(60_000);
      expectTimeout(adapter, await settled);
    },
  },
];
