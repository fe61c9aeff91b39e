import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { ANSWER_USD, chatAnswer } from '../__fixtures__/chat.ts';
import type { CacheOptions } from '../cache-options.ts';
import { CachePrimitive } from '../cache-primitive.ts';
import { memoryStore } from '../store/memory-store.ts';

function arrange(options: CacheOptions<string> = {}) {
  const clock = manualClock();
  const store = memoryStore({ clock });
  let calls = 0;
  const step = vi.fn(async (question: string) => chatAnswer(`${question} ${(calls += 1)}`));
  const cache = new CachePrimitive(step, { operation: 'chat', store, ttlJitter: 0, ...options });
  const ask = (question = 'q', tenantId = 'acme') => cache.execute(question, new WorkflowContext({ clock, tenantId }));
  return { clock, store, step, cache, ask };
}

describe('an answer that the store holds in this process', () => {
  it('is counted, priced and dated as any hit, each time', async () => {
    using recording = recordingObserver();
    const { clock, cache, ask } = arrange();
    await ask();
    await clock.advance(3_000);
    for (let hit = 0; hit < 3; hit += 1) expect(await ask()).toEqual(chatAnswer('q 1'));
    expect(cache.getStats()).toMatchObject({ total: 4, hits: 3, misses: 1 });
    expect(cache.getStats().costSavingsUsd).toBeCloseTo(3 * ANSWER_USD, 12);
    expect(recording.factsOf('cache.outcome')).toEqual(['miss', 'hit', 'hit', 'hit']);
    expect(recording.factsOf('cache.tier')).toEqual(['near', 'near', 'near']);
    expect(recording.factsOf('cache.ageMs')).toEqual([3_000, 3_000, 3_000]);
    expect(recording.factsOf('cache.operation')).toHaveLength(4);
  });

  it('is a copy that its caller may change', async () => {
    const { clock, ask } = arrange();
    await ask();
    await clock.advance(0);
    for (let hit = 0; hit < 3; hit += 1) {
      const answer = await ask();
      expect(answer.id).toBe('chatcmpl-1');
      answer.id = 'changed';
    }
  });

  it('is one frozen answer for all where answers are shared', async () => {
    const { clock, ask } = arrange({ copy: 'share' });
    await ask();
    await clock.advance(0);
    await ask();
    const answer = await ask();
    expect(await ask()).toBe(answer);
    expect(answer).toEqual(chatAnswer('q 1'));
    expect(Object.isFrozen(answer.choices[0]?.message)).toBe(true);
  });

  it('is never given to another tenant or question, nor after its ttl', async () => {
    const { clock, ask, step } = arrange({ ttlMs: 10_000 });
    await ask();
    await clock.advance(0);
    await ask();
    await ask('q', 'globex');
    await ask('other');
    expect(step).toHaveBeenCalledTimes(3);
    await clock.advance(10_000);
    await ask();
    expect(step).toHaveBeenCalledTimes(4);
  });

  it('is gone once it was invalidated, and new once it was replaced', async () => {
    const { clock, cache, ask } = arrange();
    await ask();
    await clock.advance(0);
    await ask();
    await cache.invalidate('q', new WorkflowContext({ clock, tenantId: 'acme' }));
    expect(await ask()).toEqual(chatAnswer('q 2'));
    await clock.advance(0);
    expect(await ask()).toEqual(chatAnswer('q 2'));
  });

  it('is not looked for by the key of a request that leaves something at the provider', async () => {
    const step = vi.fn(async (_: object) => 'answer');
    const cache = new CachePrimitive(step, { operation: 'chat', key: () => 'q' });
    const request = { model: 'm', input: 'q' };
    await cache.execute(request);
    await cache.execute(request);
    await cache.execute({ ...request, store: true });
    expect(step).toHaveBeenCalledTimes(2);
    expect(cache.getStats()).toMatchObject({ misses: 1, hits: 1, bypasses: 1 });
  });

  it('stays hidden when somebody else has changed its text', async () => {
    const { clock, store, step, ask } = arrange();
    await ask();
    await clock.advance(0);
    await ask();
    for await (const { key } of store.entries?.('v1:') ?? []) await store.set(key, '{not-json', 60_000);
    expect(await ask()).toEqual(chatAnswer('q 2'));
    expect(step).toHaveBeenCalledTimes(2);
  });

  it('is not taken for what stands there coded', async () => {
    const { clock, store, step, ask } = arrange();
    await ask();
    await clock.advance(0);
    for await (const { key, value } of store.entries?.('v1:') ?? []) {
      const header = value.slice(1, value.indexOf('\n'));
      await store.set(key, `{"coding":{"compressed":"zstd"},${header}\n1234`, 60_000);
    }
    expect(await ask()).toEqual(chatAnswer('q 2'));
    expect(step).toHaveBeenCalledTimes(2);
  });
});
