import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Attempt, Composition, type Plan, type Seen, type Shape } from './__fixtures__/interleaving.ts';

const PACKAGE = new URL('../..', import.meta.url);

const sumOf = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const LONGEST_MS = 700;

const waits = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 5, 10, 20, 40, 60, 100, 110, 150) }, // the limits below, and beside them
  { weight: 1, arbitrary: fc.integer({ min: 0, max: LONGEST_MS }) },
);

const attempts: fc.Arbitrary<Attempt> = fc.record({
  does: fc.constantFrom('resolves', 'fails', 'is refused', 'streams', 'fails on the spot'),
  afterMs: waits,
  isObedient: fc.boolean(),
  gapsMs: fc.array(waits, { maxLength: 4 }),
  breaksOff: fc.boolean(),
});

const plans: fc.Arbitrary<Plan> = fc.record({
  startsAt: fc.constantFrom(0, 0, 10, 50, 120, 200, 400),
  attempts: fc.array(attempts, { minLength: 3, maxLength: 3 }),
  leavesAt: fc.oneof(fc.constant(Infinity), waits),
  readMs: fc.constantFrom(0, 0, 30.25), // a reader who broke off at the very instant of a limit would not know which came first
  reads: fc.oneof(fc.constant(Infinity), fc.constantFrom(1, 2)),
});

const shapes: fc.Arbitrary<Shape> = fc.record({
  softAction: fc.constantFrom('abort', 'notify'),
  isEachAttemptBounded: fc.boolean(),
});

const SEEN: readonly Seen[] = ['answered', 'timeout', 'cancelled', 'error'];

const EFFORTLESS: Plan = {
  startsAt: 0,
  attempts: [{ does: 'resolves', afterMs: 0, isObedient: true, gapsMs: [], breaksOff: false }],
  leavesAt: Infinity,
  readMs: 0,
  reads: Infinity,
};

describe('a timeout around a retry around a circuit breaker', () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);

  beforeEach(() => {
    unhandled.length = 0;
    process.on('unhandledRejection', note);
  });

  afterEach(() => {
    process.off('unhandledRejection', note);
  });

  it('counts every call once, as its caller saw it, and leaves nothing behind, in any interleaving', async () => {
    const totals: Record<Seen, number> = { answered: 0, timeout: 0, cancelled: 0, error: 0 };
    let abandonments = 0;
    await fc.assert(
      fc.asyncProperty(shapes, fc.array(plans, { minLength: 10, maxLength: 40 }), async (shape, given) => {
        using recording = recordingObserver();
        const composition = new Composition(shape);
        const { clock, timeout, inner, breaker, seen, signals } = composition;
        const calls = Promise.all(given.map((plan) => composition.call(plan)));
        await clock.advance(10_000);
        await calls;

        const { total, successes, errors, failures, cancelled, abandoned } = timeout.getStats();
        const saw = Object.fromEntries(SEEN.map((kind) => [kind, seen.filter((other) => other === kind).length]));
        expect({ answered: successes, timeout: failures, cancelled, error: errors }).toEqual(saw);
        expect(total).toBe(given.length);
        for (const kind of SEEN) totals[kind] += saw[kind] ?? 0;

        const attempts = sumOf(recording.factsOf('retry.attempts'));
        const circuit = breaker.getStats();
        const { successes: passed, failures: failed, ignored, cancelled: left, stale, rejected } = circuit;
        expect(passed + failed + ignored + left + stale + rejected).toBe(attempts);
        expect(composition.executions).toBe(attempts - rejected);

        const retries = recording.executions.filter(({ kind }) => kind === 'retry');
        expect(recording.factsOf('retry.outcome')).toHaveLength(retries.length);

        abandonments += recording.factsOf('timeout.discarded').length;
        expect(abandoned).toBe(0);
        expect(inner.getStats().abandoned).toBe(0);
        expect(clock.pendingTimers).toBe(0);
        expect([...signals].flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([]);
        expect(unhandled).toEqual([]);

        // No permit is lost: a circuit that was open or half-open closes by two probes.
        for (let probe = 0; probe < 2; probe += 1) expect(await breaker.execute(EFFORTLESS)).toBe('v');
        expect(breaker.state).toBe('closed');
      }),
      { numRuns: 200 },
    );
    for (const kind of SEEN) expect(totals[kind], kind).toBeGreaterThan(100);
    expect(abandonments).toBeGreaterThan(100);
    expect(sumOf(Object.values(totals))).toBeGreaterThan(3_000);
  }, 120_000);

  it.each([
    ['of work that never ends', 'return new Promise((resolve) => { held.push(resolve); });'],
    ['of a stream whose reader has left', 'return endless();'],
    ['of a stream that stalls', 'return stalling();'],
  ])('forgets the input %s', async (_title, work) => {
    expect(await run(forgets(work))).toBe('true');
  });
});

/** A program that prints whether the input of a call is garbage once its caller was answered. */
function forgets(work: string): string {
  return `
    import { CircuitBreakerPrimitive, constantBackoff, RetryPrimitive } from 'tta-dev-primitives';
    import { TimeoutPrimitive } from 'tta-observability-integration/primitives';
    const held = []; // as a leaking client would
    async function* endless() {
      for (;;) yield 1;
    }
    async function* stalling() {
      yield 1;
      await new Promise((resolve) => held.push(resolve));
    }
    const guarded = new CircuitBreakerPrimitive((input) => { ${work} });
    const retry = new RetryPrimitive(guarded, { backoff: constantBackoff(1) });
    const timeout = new TimeoutPrimitive(retry, { timeoutMs: 5, graceMs: 5, stream: { idleMs: 5 } });
    let isCollected = false;
    const registry = new FinalizationRegistry(() => { isCollected = true; });
    async function call() {
      const input = { prompt: 'x' };
      registry.register(input, 'input');
      let chunks = 0;
      for await (const chunk of await timeout.execute(input)) if ((chunks += chunk) === 3) break;
    }
    await call().catch(() => {});
    for (let turn = 0; turn < 50 && !isCollected; turn += 1) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    console.log(isCollected);
    process.exit(); // work that never ends holds what is in "held"`;
}

/** Runs a program in a process of its own; rejects unless it ends with code 0. */
async function run(program: string): Promise<string> {
  const flags = ['--expose-gc', '--conditions=tta-source', '--input-type=module', '--eval'];
  const options = { cwd: PACKAGE, timeout: 100_000 };
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program], options);
  return stdout.trim();
}
