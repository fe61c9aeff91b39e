import fc from 'fast-check';
import { RetryPrimitive, WorkflowContext, withReport } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { expect, it } from 'vitest';
import { modelCall } from '../llm/call/model-call.ts';
import { SavingsLedger } from '../llm/money/ledger/savings-ledger.ts';
import { CachePrimitive } from './cache/cache-primitive.ts';
import { withCacheControl } from './cache/control/cache-control.ts';
import type { CacheStore } from './cache/store/store.ts';
import { RouterPrimitive } from './router/router-primitive.ts';

interface Ask {
  readonly key: number;
  readonly startMs: number;
  readonly tookMs: number;
  readonly tokens: number;
  /** How many attempts fail with a stated error before one is answered; a failed one costs its tokens all the same. */
  readonly failures: number;
}

const ask: fc.Arbitrary<Ask> = fc.record({
  key: fc.integer({ min: 0, max: 3 }),
  startMs: fc.integer({ min: 0, max: 40 }),
  tookMs: fc.integer({ min: 0, max: 20 }),
  tokens: fc.integer({ min: 1, max: 1_000 }),
  failures: fc.integer({ min: 0, max: 2 }),
});

const PER_MILLION_USD = 10;
const price = { inputPerMillionUsd: PER_MILLION_USD, outputPerMillionUsd: PER_MILLION_USD };
const sumOf = (amounts: readonly (number | null | undefined)[]): number =>
  amounts.reduce<number>((sum, usd) => sum + (usd ?? Number.NaN), 0);

it('the reports of all requests add up to what was spent and saved, in any interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(ask, { minLength: 1, maxLength: 25 }), async (asks) => {
      using recording = recordingObserver();
      const clock = manualClock(Date.UTC(2026, 0, 1));
      let spentUsd = 0;
      const failuresLeft = new Map<Ask, number>();
      const model = modelCall(
        async (own: Ask) => {
          await new Promise<void>((resolve) => void clock.setTimer(resolve, own.tookMs));
          const left = failuresLeft.get(own) ?? own.failures;
          failuresLeft.set(own, left - 1);
          spentUsd += (own.tokens * PER_MILLION_USD) / 1e6;
          const usage = { prompt_tokens: own.tokens, completion_tokens: 0, total_tokens: own.tokens };
          const message = { role: 'assistant', content: 'hello' };
          const choices = [{ index: 0, finish_reason: 'stop', message }];
          const answer = { object: 'chat.completion', model: 'm', choices, usage };
          return left > 0 ? { ...answer, error: { message: 'busy', code: 503 } } : answer;
        },
        { price },
      );
      const retry = new RetryPrimitive(model, { maxAttempts: 3, backoff: () => 1 });
      const unasked = async () => {
        throw new Error('the baseline is only a price');
      };
      const router = new RouterPrimitive<Ask, unknown>(
        {
          only: retry,
          dear: { step: unasked, price: { inputPerMillionUsd: 50, outputPerMillionUsd: 50 } },
        },
        { strategy: () => 'only', defaultRoute: 'only', baseline: 'dear', cooldown: false },
      );
      const cost = ({ usage }: { readonly usage: { readonly inputTokens: number } | undefined }) =>
        usage && (usage.inputTokens * PER_MILLION_USD) / 1e6;
      const cache = new CachePrimitive(router, { key: ({ key }) => key, cost });
      const reports = asks.map(async (own) => {
        await new Promise<void>((resolve) => void clock.setTimer(resolve, own.startMs));
        const { context, report } = withReport(new WorkflowContext({ clock }));
        await cache.execute(own, context);
        return report;
      });
      const all = Promise.all(reports);
      await clock.advance(500);
      const given = await all;
      expect(sumOf(given.map(({ costUsd }) => costUsd))).toBeCloseTo(spentUsd, 9);
      expect(sumOf(recording.factsOf('llm.costUsd'))).toBeCloseTo(spentUsd, 9);
      expect(router.getStats().routes['only']?.costUsd).toBeCloseTo(spentUsd, 9);
      const savedUsd = router.getStats().costSavingsUsd + cache.getStats().costSavingsUsd;
      expect(sumOf(given.map(({ savedUsd: saved }) => saved))).toBeCloseTo(savedUsd, 9);
      expect(sumOf(given.map(({ attempts }) => attempts?.length))).toBe(recording.factsOf('llm.outcome').length);
      expect(sumOf(given.map(({ lateFacts }) => lateFacts))).toBe(0);
    }),
    { numRuns: 40 },
  );
});

it.each([{}, { noCache: true }])(
  'a report has the call that its caller started by asking first, though that caller left before the call (%o)',
  async (control) => {
    const looked = Promise.withResolvers<undefined>();
    const done = async () => {};
    const set = async () => true;
    const store: CacheStore = { get: () => looked.promise, set: done, setIfAbsent: set, delete: done, close: done };
    const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }];
    const answer = {
      object: 'chat.completion',
      model: 'm',
      choices,
      usage: { prompt_tokens: 10, completion_tokens: 0 },
    };
    const cache = new CachePrimitive(
      modelCall(async () => answer, { price }),
      { store, tags: () => ['a'] },
    );
    const leaving = new AbortController();
    const [first, second] = [
      withReport(withCacheControl(new WorkflowContext({ signal: leaving.signal }), control)),
      withReport(withCacheControl(new WorkflowContext(), control)),
    ];
    const left = cache.execute({ q: 1 }, first.context).catch((error: unknown) => error);
    const stayed = cache.execute({ q: 1 }, second.context);
    leaving.abort('gone');
    expect(await left).toBe('gone');
    looked.resolve(undefined);
    await stayed;
    const [one, other] = [await first.report, await second.report];
    expect([one.costUsd, one.attempts?.length, one.lateFacts]).toEqual([10 * (PER_MILLION_USD / 1e6), 1, 0]);
    expect([other.costUsd, other.attempts?.length]).toEqual([0, 0]);
  },
);

it('removing stored answers is not a request of a ledger', async () => {
  const ledger = new SavingsLedger();
  const cache = new CachePrimitive(async () => 'answer', { tags: () => ['a'] });
  await cache.execute('q');
  await cache.invalidate('q');
  await cache.invalidateTag('a');
  expect(ledger.totals().requests).toBe(1);
  await ledger.close();
});
