import { priceOf } from 'tta-observability-integration/llm';
import {
  CachePrimitive,
  LimitPrimitive,
  RouterPrimitive,
  TimeoutPrimitive,
} from 'tta-observability-integration/primitives';
import { describe, expect, it } from 'vitest';

interface Question {
  readonly prompt: string;
}

/** A model that answers at once. */
const model = (name: string) => (_question: Question) => ({
  model: name,
  choices: [{ message: { role: 'assistant', content: `from ${name}` }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
});

const costOf = (name: string): number =>
  priceOf({ inputTokens: 1_000, outputTokens: 100 }, name, { provider: 'openai' })?.totalUsd ?? Number.NaN;

const workflowOf = () => {
  const router = new RouterPrimitive(
    {
      small: { step: model('gpt-4o-mini'), model: 'gpt-4o-mini', provider: 'openai' },
      large: { step: model('gpt-4o'), model: 'gpt-4o', provider: 'openai' },
    },
    { strategy: ({ prompt }) => (prompt.length < 20 ? 'small' : 'large'), defaultRoute: 'large', baseline: 'large' },
  );
  const cache = new CachePrimitive(router, { operation: 'answer', ttlMs: 60_000 });
  return { router, cache, workflow: new TimeoutPrimitive(cache, { operation: 'answer', timeoutMs: 10_000 }) };
};

describe('timeout(cache(router))', () => {
  it('routes, caches, and counts the money that both save', async () => {
    const { router, cache, workflow } = workflowOf();
    for (const prompt of ['short', 'short', 'a question that is long enough']) await workflow.execute({ prompt });

    const { routes, costSavingsUsd } = router.getStats();
    expect(routes['small']?.costUsd).toBeCloseTo(costOf('gpt-4o-mini'), 12);
    expect(routes['large']?.costUsd).toBeCloseTo(costOf('gpt-4o'), 12);
    expect(costSavingsUsd).toBeCloseTo(costOf('gpt-4o') - costOf('gpt-4o-mini'), 12);
    expect(cache.getStats()).toMatchObject({ hits: 1, misses: 2 });
    expect(cache.getStats().costSavingsUsd).toBeCloseTo(costOf('gpt-4o-mini'), 12);
    expect(workflow.getStats()).toMatchObject({ total: 3, successes: 3, failures: 0 });
  });

  it('ends a step that never answers with a TimeoutError', async () => {
    const hung = new TimeoutPrimitive(() => new Promise(() => {}), { operation: 'hung', timeoutMs: 5, graceMs: 5 });
    await expect(hung.execute(null)).rejects.toMatchObject({ name: 'TimeoutError', code: 'ERR_TTA_TIMEOUT' });
    expect(hung.getStats()).toMatchObject({ total: 1, failures: 1 });
  });

  it('ends a stream that stalls after its first chunk', async () => {
    const stalled = async function* () {
      yield 'first';
      await new Promise(() => {});
    };
    const guarded = new TimeoutPrimitive(stalled, { operation: 'stalled', timeoutMs: 5_000, stream: { idleMs: 10 } });
    const stream = await guarded.execute(null);
    const chunks: string[] = [];
    const reading = (async () => {
      for await (const chunk of stream) chunks.push(chunk);
    })();
    await expect(reading).rejects.toMatchObject({ name: 'TimeoutError', phase: 'idle' });
    expect(chunks).toEqual(['first']);
  });
});

describe('a limit', () => {
  it('refuses the request that is one too many with a 429 and says when to come back', async () => {
    const limited = new LimitPrimitive(model('small'), { key: () => 'tenant', requestsPerMinute: 1 });
    await limited.execute({ prompt: 'first' });
    await expect(limited.execute({ prompt: 'second' })).rejects.toMatchObject({
      status: 429,
      retryAfterMs: expect.any(Number),
    });
  });
});
