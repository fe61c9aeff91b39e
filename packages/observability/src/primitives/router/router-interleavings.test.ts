import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { expect, it } from 'vitest';
import { answered } from './__fixtures__/routing.ts';
import { RouterPrimitive } from './router-primitive.ts';
import type { RouteCandidate } from './routes.ts';
import { byLeastBusy } from './strategies/by-least-busy.ts';
import type { RoutingStrategy, Settlement } from './strategy.ts';

type Fate = 'answer' | 'overloaded' | 'wrong' | 'stream' | 'cut' | 'cut at once' | 'left' | 'hang';

interface Request {
  readonly startsAtMs: number;
  readonly tookMs: number;
  /** What becomes of it on the first, second and third route that is tried. */
  readonly fates: readonly Fate[];
  readonly givesUpAfterMs: number | undefined;
}

const fate = fc.constantFrom<Fate>(
  'answer',
  'answer',
  'overloaded',
  'wrong',
  'stream',
  'cut',
  'cut at once',
  'left',
  'hang',
);

const request = fc.record<Request>({
  startsAtMs: fc.nat(30_000),
  tookMs: fc.nat(3_000),
  fates: fc.array(fate, { minLength: 3, maxLength: 3 }),
  givesUpAfterMs: fc.option(fc.nat(4_000), { nil: undefined }),
});

const overloaded = Object.assign(new Error('overloaded'), { status: 503, headers: { 'retry-after': '2' } });

async function* streamed(fate: Fate): AsyncGenerator<unknown> {
  if (fate === 'cut at once') throw overloaded;
  yield 'begun';
  if (fate === 'cut') throw overloaded;
  yield answered(10, 10);
}

const wait = (ms: number, { clock }: WorkflowContext): Promise<void> =>
  new Promise((resolve) => void clock.setTimer(resolve, ms));

/** Counts what is settled, and sees what is in flight. */
class Watching implements RoutingStrategy<Request> {
  readonly reasons: readonly string[] = ['least_busy'];
  readonly settled: Settlement[] = [];
  decisions = 0;
  candidates: readonly RouteCandidate[] = [];
  readonly #inner = byLeastBusy();

  decide(...asked: Parameters<RoutingStrategy<Request>['decide']>): ReturnType<RoutingStrategy<Request>['decide']> {
    const verdict = this.#inner.decide(...asked);
    this.decisions += 1;
    if (asked[2].length === 3) this.candidates = asked[2];
    return { ...(verdict as { route: string }), settle: (settlement) => this.settled.push(settlement) };
  }
}

it('adds up under any interleaving of answers, failures, cut streams and callers who leave', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 40 }), async (requests) => {
      using recording = recordingObserver();
      const clock = manualClock();
      const strategy = new Watching();
      const tries = new Map<Request, number>();
      const taking = async (each: Request, context: WorkflowContext): Promise<unknown> => {
        const tried = tries.get(each) ?? 0;
        tries.set(each, tried + 1);
        const next = each.fates[tried] ?? 'answer';
        await (next === 'hang' ? new Promise((_, reject) => context.onAbort(reject)) : wait(each.tookMs, context));
        if (next === 'overloaded') throw overloaded;
        if (next === 'wrong') throw Object.assign(new Error('wrong'), { status: 400 });
        return next === 'answer' ? answered(10, 10) : streamed(next);
      };
      const step = { step: taking, price: { inputPerMillionUsd: 1, outputPerMillionUsd: 1 } };
      const router = new RouterPrimitive(
        { a: step, b: step, c: step },
        { strategy, defaultRoute: 'a', fallback: true },
      );

      let started = 0;
      const run = async (each: Request): Promise<void> => {
        const controller = new AbortController();
        const context = new WorkflowContext({ clock, signal: controller.signal });
        await wait(each.startsAtMs, context);
        clock.setTimer(() => controller.abort(new Error('gave up')), each.givesUpAfterMs ?? 20_000);
        started += 1;
        const output = await router.execute(each, context);
        if (typeof output !== 'object' || output === null || !(Symbol.asyncIterator in output)) return;
        const isLeft = each.fates[(tries.get(each) ?? 1) - 1] === 'left';
        for await (const _ of output as AsyncIterable<unknown>) if (isLeft) break;
      };
      const running = Promise.allSettled(requests.map(run));
      await clock.advance(120_000);
      await running;

      const { routes, unpriced } = router.getStats();
      const sum = (of: (stats: (typeof routes)['a']) => number): number =>
        Object.values(routes).reduce((total, stats) => total + of(stats), 0);
      const attempts = [...tries.values()].reduce((total, tried) => total + tried, 0);
      expect(started).toBe(requests.length);
      expect(sum(({ decisions }) => decisions)).toBe(strategy.decisions);
      expect(recording.factsOf('router.reason')).toHaveLength(strategy.decisions);
      expect(sum((stats) => stats.attempts)).toBe(attempts);
      expect(sum(({ errors }) => errors)).toBe(recording.factsOf('router.errorType').length);
      expect(sum(({ fallbacks }) => fallbacks)).toBe(recording.factsOf('router.fallback').length);
      expect(strategy.settled).toHaveLength(strategy.decisions);
      for (const { inFlight } of strategy.candidates) expect(inFlight).toBe(0);
      const settledUsd = strategy.settled.reduce((total, { costUsd }) => total + (costUsd ?? 0), 0);
      expect(settledUsd).toBeCloseTo(
        sum(({ costUsd }) => costUsd),
        12,
      );
      expect(strategy.settled.filter(({ costUsd }) => costUsd === null)).toHaveLength(unpriced);
      expect(recording.executions.filter(({ ending }) => ending === undefined)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
