import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { ANSWER_USD, chatAnswer, REQUEST } from './__fixtures__/chat.ts';
import { reply } from './__fixtures__/fake-store.ts';
import { CachePrimitive } from './cache-primitive.ts';

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
