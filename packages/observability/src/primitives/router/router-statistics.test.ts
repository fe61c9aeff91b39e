import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { RouterPrimitive } from './router-primitive.ts';

interface Request {
  /** What the strategy returns; undefined means that it fails. */
  readonly route: string | undefined;
  readonly isDecidedLater: boolean;
  readonly tookMs: number;
  readonly promptTokens: number;
  readonly outcome: 'answer' | 'silent' | 'error';
}

const request = fc.record<Request>({
  route: fc.constantFrom('fast', 'strong', 'unknown', '__proto__', undefined),
  isDecidedLater: fc.boolean(),
  tookMs: fc.nat(100),
  promptTokens: fc.nat(1_000_000),
  outcome: fc.constantFrom('answer', 'silent', 'error'),
});

async function answering({ tookMs, promptTokens, outcome }: Request, { clock }: WorkflowContext): Promise<unknown> {
  await new Promise<void>((resolve) => void clock.setTimer(resolve, tookMs));
  if (outcome === 'error') throw new Error('failed');
  if (outcome === 'silent') return 'answered';
  return { model: 'm', usage: { prompt_tokens: promptTokens, completion_tokens: 7, total_tokens: promptTokens + 7 } };
}

const newRouter = (): RouterPrimitive<Request, unknown, 'fast' | 'strong'> =>
  new RouterPrimitive(
    {
      fast: { step: answering, price: { inputPerMillionUsd: 0.15, outputPerMillionUsd: 0.6 } },
      strong: { step: answering, price: { inputPerMillionUsd: 2.5, outputPerMillionUsd: 10 } },
    },
    {
      strategy: ({ route, isDecidedLater }) => {
        if (route === undefined) throw new Error('no idea');
        return isDecidedLater ? Promise.resolve(route) : route;
      },
      defaultRoute: 'fast',
      baseline: 'strong',
    },
  );

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('the statistics of a RouterPrimitive', () => {
  it('add up under any interleaving: decisions are executions, and the money of all answers is there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 30 }), async (requests) => {
        using recording = recordingObserver();
        const clock = manualClock();
        const router = newRouter();
        const running = Promise.allSettled(
          requests.map((each) => router.execute(each, new WorkflowContext({ clock }))),
        );
        await clock.advance(100);
        await running;

        const { routes, costSavingsUsd, unpriced } = router.getStats();
        const count = (outcome: Request['outcome']): number =>
          requests.filter((each) => each.outcome === outcome).length;
        const strong = requests.filter(({ route }) => route === 'strong');
        expect(routes.fast.decisions + routes.strong.decisions).toBe(requests.length);
        expect(routes.strong.decisions).toBe(strong.length);
        expect(routes.fast.errors + routes.strong.errors).toBe(count('error'));
        expect(unpriced).toBe(count('silent'));

        const baselineUsd = sum(
          requests
            .filter(({ outcome }) => outcome === 'answer')
            .map(({ promptTokens }) => (promptTokens * 2.5 + 7 * 10) / 1e6),
        );
        const costUsd = routes.fast.costUsd + routes.strong.costUsd;
        expect(costUsd + costSavingsUsd).toBeCloseTo(baselineUsd, 9);
        expect(sum(recording.factsOf('llm.costUsd'))).toBeCloseTo(costUsd, 9);
        expect(sum(recording.factsOf('router.savedUsd'))).toBeCloseTo(costSavingsUsd, 9);
        expect(recording.factsOf('router.route')).toHaveLength(requests.length);
        expect(clock.pendingTimers).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('give the percentiles of the durations of answers, by the clock of the work', async () => {
    const clock = manualClock();
    const router = newRouter();
    const asked = [40, 10, 30, 20].map((tookMs) =>
      router.execute(
        { route: 'fast', isDecidedLater: false, tookMs, promptTokens: 1, outcome: 'answer' },
        new WorkflowContext({ clock }),
      ),
    );
    await clock.advance(100);
    await Promise.all(asked);
    const { fast, strong } = router.getStats().routes;
    expect(fast).toMatchObject({ p50Ms: 20, p95Ms: 40 });
    expect(strong).toEqual({
      decisions: 0,
      attempts: 0,
      fallbacks: 0,
      errors: 0,
      costUsd: 0,
      estimatedCostUsd: 0,
      p50Ms: null,
      p95Ms: null,
    });
  });

  it('fit on one line', async () => {
    const clock = manualClock();
    const router = newRouter();
    const running = router.execute(
      { route: 'fast', isDecidedLater: false, tookMs: 5, promptTokens: 1_000_000, outcome: 'answer' },
      new WorkflowContext({ clock }),
    );
    await clock.advance(5);
    await running;
    expect(String(router)).toBe(
      'RouterPrimitive(router: fast 1 taken, 0 failed, $0.150004, p50 5 ms, p95 5 ms; ' +
        'strong 0 taken, 0 failed, $0.000000; $2.350066 saved, 0 unpriced)',
    );
  });
});
