import assert from 'node:assert/strict';
import { type Bench, describe, expectValue } from '../bench.ts';
import { activeTimers } from './leaks.ts';
import {
  expectCounts,
  type TimeoutAdapter,
  type TimeoutCase,
  type TimeoutCaseSettings,
  timeoutOf,
} from './timeout-adapter.ts';

/** A case in which a bad limit is refused with a RangeError or a TypeError, when it is set or at the latest when it is used. */
function refuses(id: string, title: string, bad: readonly Partial<TimeoutCaseSettings>[]): TimeoutCase {
  return {
    id,
    title,
    needs: [],
    async run(adapter, bench) {
      for (const settings of bad) {
        const settled = await bench.settle(() => timeoutOf(adapter, bench, settings).run(() => bench.after(20, 'v')));
        const { status, error } = settled;
        const shown = Object.entries(settings).map(([option, value]) => `${option} ${String(value)}`);
        assert.notEqual(status, 'resolved', `${shown.join()} was accepted`);
        const isRefusal = error instanceof RangeError || error instanceof TypeError;
        assert.ok(isRefusal, `${shown.join()} was answered with ${describe(error)}, expected a RangeError`);
      }
    },
  };
}

/** Expects a limit to be so long that it never expires, and to cause no warning. */
async function expectNoExpiry(adapter: TimeoutAdapter, bench: Bench, timeoutMs: number | false): Promise<void> {
  const warnings: string[] = [];
  const note = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', note);
  try {
    const timeout = timeoutOf(adapter, bench, { timeoutMs });
    const { promise: gate, resolve: open } = Promise.withResolvers<string>();
    const timers = activeTimers();
    const settled = bench.settle(() => timeout.run(() => gate));
    const armed = activeTimers() - timers;
    bench.at(20, () => open('v'));
    expectValue(await settled, 'v');
    await bench.turn();
    assert.deepEqual(warnings, [], 'the limit caused a warning');
    if (timeoutMs === false || timeoutMs === Infinity) assert.equal(armed, 0, 'there is no limit, and yet a timer');
    expectCounts(timeout, { success: 1 });
  } finally {
    process.off('warning', note);
  }
}

/** What a limit may be. */
export const limitCases: readonly TimeoutCase[] = [
  refuses('C16', 'refuses a limit of 0', [{ timeoutMs: 0 }]),
  refuses('C17', 'refuses a limit that is no number', [{ timeoutMs: Number.NaN }]),
  {
    ...refuses('C18', 'refuses a negative limit', [{ timeoutMs: -5 }]),
    async run(adapter, bench) {
      const graces = adapter.can.includes('grace') ? [{ graceMs: -1 }, { graceMs: Number.NaN }] : [];
      await refuses('C18', '', [{ timeoutMs: -5 }, ...graces]).run(adapter, bench);
    },
  },
  {
    id: 'C19',
    title: 'takes Infinity for no limit, and sets no timer for it',
    needs: [],
    time: 'real',
    async run(adapter, bench) {
      await expectNoExpiry(adapter, bench, Infinity);
      if (adapter.can.includes('dynamic')) await expectNoExpiry(adapter, bench, false);
    },
  },
  {
    id: 'C20',
    title: 'waits for longer than a timer of Node.js can',
    needs: [],
    time: 'real',
    run: (adapter, bench) => expectNoExpiry(adapter, bench, 2 ** 31),
  },
  {
    id: 'C40',
    title: 'rejects a call for which the limit function gives a bad value, and counts it once',
    needs: ['dynamic'],
    async run(adapter, bench) {
      const bad = [0, -1, Number.NaN, 'soon' as unknown as number];
      for (const limit of bad) {
        const timeout = timeoutOf(adapter, bench, { timeoutMs: () => limit });
        let calls = 0;
        const work = (): void => {
          calls += 1;
        };
        const { status, error } = await bench.settle(() => timeout.run(work));
        assert.equal(status, 'rejected', `${limit} was not refused with a rejection`);
        assert.ok(error instanceof RangeError, `${limit} was answered with ${describe(error)}`);
        assert.equal(calls, 0, 'the work was started');
        expectCounts(timeout, { error: 1 });
      }
    },
  },
];
