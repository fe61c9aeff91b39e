import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { modelCall } from '../../llm/call/model-call.ts';
import { bundledPrices } from '../../llm/money/bundled-prices.ts';
import { ANSWER_USD, CHUNKS, chatAnswer, REQUEST } from './__fixtures__/chat.ts';
import { reply } from './__fixtures__/fake-store.ts';
import { CachePrimitive } from './cache-primitive.ts';
import { memoryStore } from './store/memory-store.ts';

describe('the savings of a cache', () => {
  it('are the price of the stored usage, for each hit', async () => {
    using recording = recordingObserver();
    const cache = new CachePrimitive((_: unknown) => chatAnswer('yes'));
    for (let turn = 0; turn < 4; turn += 1) await cache.execute(REQUEST);
    expect(recording.factsOf('cache.savedUsd')).toEqual(
      Array(3).fill({ usd: expect.closeTo(ANSWER_USD, 12), grossUsd: expect.closeTo(ANSWER_USD, 12), source: 'cache' }),
    );
    expect(cache.getStats().costSavingsUsd).toBeCloseTo(3 * ANSWER_USD, 12);
  });

  it('take the discount of a prompt cache off, and say beside it what they are without', async () => {
    using recording = recordingObserver();
    const usage = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
    const cached = { ...usage, prompt_tokens_details: { cached_tokens: 1_000 } };
    const cache = new CachePrimitive((_: unknown) => ({ ...chatAnswer('yes'), usage: cached }));
    for (let turn = 0; turn < 3; turn += 1) await cache.execute(REQUEST);
    const discountedUsd = ANSWER_USD - 0.000075; // half of what a thousand tokens cost
    expect(cache.getStats().costSavingsUsd).toBeCloseTo(2 * discountedUsd, 12);
    expect(cache.getStats().grossSavingsUsd).toBeCloseTo(2 * ANSWER_USD, 12);
    const saved = { usd: expect.closeTo(discountedUsd, 12), grossUsd: expect.closeTo(ANSWER_USD, 12), source: 'cache' };
    expect(recording.factsOf('cache.savedUsd')).toEqual([saved, saved]);
  });

  it('count callers that shared a call', async () => {
    using recording = recordingObserver();
    const cache = new CachePrimitive(async (_: unknown) => chatAnswer('yes'));
    await Promise.all([cache.execute(REQUEST), cache.execute(REQUEST)]);
    expect(recording.factsOf('cache.savedUsd')).toEqual([
      { usd: expect.closeTo(ANSWER_USD, 12), grossUsd: expect.closeTo(ANSWER_USD, 12), source: 'coalesced' },
    ]);
  });

  it('are what the user says they are, at the time of the hit', async () => {
    let price = 1;
    const cost = vi.fn(
      ({ usage }: { usage: { inputTokens: number } | undefined }) => (usage?.inputTokens ?? 0) * price,
    );
    const cache = new CachePrimitive((_: unknown) => chatAnswer('yes'), { cost });
    await cache.execute(REQUEST);
    price = 2;
    await cache.execute(REQUEST);
    expect(cache.getStats().costSavingsUsd).toBe(2_000);
  });

  it.each([
    ['the model is unknown', { ...chatAnswer('yes'), model: 'my-own' }, undefined],
    ['the usage is unknown', 'a text', undefined],
    ['the user does not know', chatAnswer('yes'), () => undefined],
    ['the user’s function fails', chatAnswer('yes'), reply('no price list')],
    ['the user’s function gives no number', chatAnswer('yes'), () => Number.NaN],
    ['the user’s function gives less than nothing', chatAnswer('yes'), () => -1],
  ])('are not guessed when %s', async (_, answer, cost) => {
    using recording = recordingObserver();
    const cache = new CachePrimitive((_input: unknown): unknown => answer, { cost });
    await cache.execute(REQUEST);
    await cache.execute(REQUEST);
    expect(recording.factsOf('cache.unpriced')).toEqual([true]);
    expect(cache.getStats()).toMatchObject({ hits: 1, costSavingsUsd: 0 });
  });

  describe('over a step with prices of its own', () => {
    const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2 };
    const paidUsd = 0.0012; // a thousand tokens in and a hundred out

    it.each([
      ['a model on the list', chatAnswer('yes')],
      ['a model that no list has', { ...chatAnswer('yes'), model: 'my-own' }],
    ])('are what the call cost, for %s', async (_, answer) => {
      const cache = new CachePrimitive(modelCall(async (_input: unknown) => answer, { price }));
      for (let turn = 0; turn < 3; turn += 1) await cache.execute(REQUEST);
      expect(cache.getStats().costSavingsUsd).toBeCloseTo(2 * paidUsd, 12);
      expect(cache.getStats().grossSavingsUsd).toBeCloseTo(2 * paidUsd, 12);
    });

    it('are what the call cost for a stream, also for another cache over the same store', async () => {
      const chunks = async function* (_input: unknown) {
        yield* CHUNKS;
      };
      const store = memoryStore();
      const make = () => new CachePrimitive(modelCall(chunks, { price }), { store, operation: 'answer' });
      const [first, second] = [make(), make()];
      const streamed = { ...REQUEST, stream: true, stream_options: { include_usage: true } };
      for await (const _chunk of await first.execute(streamed));
      for await (const _chunk of await second.execute(streamed));
      expect(second.getStats()).toMatchObject({ hits: 1, costSavingsUsd: expect.closeTo(paidUsd, 12) });
    });

    it('leave out the calls before the one that gave the answer', async () => {
      const rejected = { ...chatAnswer('no'), usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
      const small = modelCall(async (_input: unknown) => rejected, { price });
      const large = modelCall(async (_input: unknown) => chatAnswer('yes'), { price });
      const cache = new CachePrimitive(async (input: unknown, context: WorkflowContext) => {
        await small.execute(input, context);
        return large.execute(input, context);
      });
      await cache.execute(REQUEST);
      await cache.execute(REQUEST);
      expect(cache.getStats().costSavingsUsd).toBeCloseTo(paidUsd, 12);
    });

    it('leave out a call after the one that gave the answer, such as that of a judge', async () => {
      const verdict = {
        ...chatAnswer('good'),
        usage: { prompt_tokens: 5_000, completion_tokens: 1, total_tokens: 5_001 },
      };
      const answer = modelCall(async (_input: unknown) => chatAnswer('yes'), { price });
      const judge = modelCall(async (_input: unknown) => verdict, { price });
      const cache = new CachePrimitive(async (input: unknown, context: WorkflowContext) => {
        const answered = await answer.execute(input, context);
        await judge.execute(input, context);
        return answered;
      });
      await cache.execute(REQUEST);
      await cache.execute(REQUEST);
      expect(cache.getStats().costSavingsUsd).toBeCloseTo(paidUsd, 12);
    });

    it('are what the call cost, also if the cache has a list of prices', async () => {
      const step = modelCall(async (_input: unknown) => chatAnswer('yes'), { price });
      const cache = new CachePrimitive(step, { prices: bundledPrices });
      for (let turn = 0; turn < 3; turn += 1) await cache.execute(REQUEST);
      expect(cache.getStats().costSavingsUsd).toBeCloseTo(2 * paidUsd, 12);
    });

    it('are what the cache’s own function says, if it has one', async () => {
      const step = modelCall(async (_input: unknown) => chatAnswer('yes'), { price });
      const cache = new CachePrimitive(step, { cost: () => 7 });
      await cache.execute(REQUEST);
      await cache.execute(REQUEST);
      expect(cache.getStats().costSavingsUsd).toBe(7);
    });
  });

  it('and the spend with the cache add up to the spend without it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat(5), { maxLength: 6 }), { maxLength: 12 }), async (waves) => {
        let spendUsd = 0;
        const cache = new CachePrimitive(async (_: unknown) => {
          spendUsd += ANSWER_USD;
          return chatAnswer('yes');
        });
        for (const wave of waves) await Promise.all(wave.map((seed) => cache.execute({ ...REQUEST, seed })));
        const stats = cache.getStats();
        expect(stats.total).toBe(waves.flat().length);
        expect(stats.hits + stats.misses + stats.bypasses).toBe(stats.total);
        expect(Math.abs(spendUsd + stats.costSavingsUsd - stats.total * ANSWER_USD)).toBeLessThan(1e-9);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the statistics of a cache', () => {
  it('count every execution once, under any interleaving', async () => {
    const outcome = fc.constantFrom('answer', 'error', 'abort', 'bypass');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.tuple(outcome, fc.nat(2)), { maxLength: 6 }), { maxLength: 8 }),
        async (waves) => {
          const cache = new CachePrimitive(async ({ kind }: { kind: string; id: unknown }) => {
            await new Promise((resolve) => setImmediate(resolve));
            if (kind === 'error') throw new Error('failed');
            return 'answer';
          });
          for (const wave of waves) {
            await Promise.allSettled(
              wave.map(([kind, id]) => {
                const controller = new AbortController();
                const input = { kind: kind === 'abort' ? 'answer' : kind, id: kind === 'bypass' ? 1n : id };
                const execution = cache.execute(input, new WorkflowContext({ signal: controller.signal }));
                if (kind === 'abort') queueMicrotask(() => controller.abort(new Error('left')));
                return execution;
              }),
            );
          }
          const { total, hits, misses, bypasses } = cache.getStats();
          expect(total).toBe(waves.flat().length);
          expect(hits + misses + bypasses).toBe(total);
          expect(bypasses).toBe(waves.flat().filter(([kind]) => kind === 'bypass').length);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('fit in one line', async () => {
    const cache = new CachePrimitive((_: unknown) => chatAnswer('yes'), { operation: 'chat' });
    for (let turn = 0; turn < 4; turn += 1) await cache.execute(REQUEST);
    expect(`${cache}`).toBe('CachePrimitive(chat: 3/4 hits, 75.0 %, 0 bypassed, $0.000630 saved)');
    expect(cache.getStats()).toMatchObject({ operation: 'chat', total: 4, hits: 3, misses: 1, hitRate: 0.75 });
  });

  it('take the name of the step for the operation', () => {
    expect(new CachePrimitive(async function ask() {}).getStats().operation).toBe('ask');
  });
});
