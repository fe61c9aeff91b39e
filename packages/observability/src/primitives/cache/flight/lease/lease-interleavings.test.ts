import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { chatAnswer } from '../../__fixtures__/chat.ts';
import { FakeProcess, SharedServer } from '../../__fixtures__/shared-store.ts';
import { CachePrimitive } from '../../cache-primitive.ts';
import { markGuarded } from '../../store/store.ts';

type StepEnd = 'answer' | 'uncacheable' | 'failure';

interface Script {
  /** When callers come, in milliseconds, process by process. */
  readonly callers: readonly (readonly number[])[];
  /** When processes are lost. */
  readonly losses: readonly { readonly process: number; readonly atMs: number }[];
  /** How the calls of the step go, in the order in which they are started. */
  readonly steps: readonly { readonly takesMs: number; readonly end: StepEnd }[];
  /** How long operations of the store take, one after the other. */
  readonly latenciesMs: readonly number[];
}

const REQUEST = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'What is a monoid?' }] };

const PROCESSES = 4;

function scripts(ends: readonly StepEnd[]): fc.Arbitrary<Script> {
  const instant = fc.integer({ min: 0, max: 6_000 });
  return fc.record({
    callers: fc.array(fc.array(instant, { maxLength: 4 }), { minLength: PROCESSES, maxLength: PROCESSES }),
    losses: fc.array(fc.record({ process: fc.nat(PROCESSES - 1), atMs: instant }), { maxLength: 3 }),
    steps: fc.array(fc.record({ takesMs: fc.nat(5_000), end: fc.constantFrom(...ends) }), { minLength: 1 }),
    latenciesMs: fc.array(fc.nat(40), { minLength: 1 }),
  });
}

/** Plays a script to its end and tells what came of it. */
async function play({ callers, losses, steps, latenciesMs }: Script) {
  using recording = recordingObserver();
  const clock = manualClock();
  const server = new SharedServer(clock);
  let operations = 0;
  server.trouble = () => {
    const latencyMs = latenciesMs[operations++ % latenciesMs.length] ?? 0;
    return new Promise((resolve) => void clock.setTimer(resolve, latencyMs));
  };
  let calls = 0;
  const processes = callers.map((arrivals) => {
    const process = new FakeProcess(server, clock);
    const step = async (): Promise<unknown> => {
      const { takesMs, end } = steps[calls++ % steps.length] as Script['steps'][number];
      await new Promise<void>((resolve) => void process.clock.setTimer(resolve, takesMs));
      if (end === 'failure') throw new Error('busy');
      return chatAnswer('A monoid.', { finish_reason: end === 'answer' ? 'stop' : 'length' });
    };
    const cache = new CachePrimitive(step, { operation: 'chat', store: markGuarded(process.store) });
    let answered = 0;
    let asked = 0;
    for (const atMs of arrivals) {
      process.clock.setTimer(() => {
        asked += 1;
        const count = (): void => void (answered += 1);
        cache.execute(REQUEST, new WorkflowContext({ clock: process.clock })).then(count, count);
      }, atMs);
    }
    return { process, cache, counts: () => ({ asked, answered }) };
  });
  for (const { process, atMs } of losses) {
    clock.setTimer(() => {
      const lost = processes[process]?.process;
      if (lost !== undefined) lost.isLost = true;
    }, atMs);
  }
  await clock.advance(90_000);
  const standings = recording.factsOf('cache.lease');
  return {
    calls,
    survivors: processes.filter(({ process }) => !process.isLost),
    takeovers: recording.factsOf('cache.leaseExpired').length,
    gaveUp: standings.filter((standing) => standing === 'gave_up').length,
    lost: processes.filter(({ process }) => process.isLost).length,
    leftKeys: server.keys.filter((key) => key.startsWith('lease:')),
    pendingTimers: clock.pendingTimers,
  };
}

describe('processes that share a store, whatever comes between them', () => {
  it('F17 start the step once, and at most once more for each process that was lost', async () => {
    await fc.assert(
      fc.asyncProperty(scripts(['answer']), async (script) => {
        const { calls, takeovers, lost, gaveUp } = await play(script);
        expect(gaveUp).toBe(0);
        expect(takeovers).toBeLessThanOrEqual(lost);
        expect(calls).toBeLessThanOrEqual(1 + lost); // the lease of a lost process may expire while nobody waits, untold
      }),
      { numRuns: 200 },
    );
  });

  it('answer every caller of a process that lives, count each of them once, and leave nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(scripts(['answer', 'uncacheable', 'failure']), async (script) => {
        const { calls, survivors, leftKeys, pendingTimers, lost } = await play(script);
        for (const { cache, counts } of survivors) {
          const { asked, answered } = counts();
          expect(answered).toBe(asked);
          const { total, hits, misses } = cache.getStats();
          expect({ total, sum: hits + misses }).toEqual({ total: asked, sum: asked });
        }
        const misses = survivors.reduce((sum, { cache }) => sum + cache.getStats().misses, 0);
        if (lost === 0) expect(misses).toBe(calls);
        expect(leftKeys).toEqual([]);
        expect(pendingTimers).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
