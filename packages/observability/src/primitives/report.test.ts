import { RetryPrimitive, WorkflowContext, withReport } from 'tta-dev-primitives';
import { isStream } from 'tta-dev-primitives/internal';
import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { linesOf, telemetryForTest } from '../apm/__fixtures__/telemetry-for-test.ts';
import { modelCall } from '../llm/call/model-call.ts';
import { CachePrimitive } from './cache/cache-primitive.ts';
import { memoryStore } from './cache/store/memory-store.ts';
import { RouterPrimitive } from './router/router-primitive.ts';
import { TimeoutPrimitive } from './timeout/timeout-primitive.ts';

const REQUEST = { model: 'any', stream: true, messages: [{ role: 'user', content: 'hi' }] };
const usage = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
const STRONG_USD = 0.0035; // with gpt-4o
const BASELINE_USD = 0.0175; // with the price of the route `dear`

const part = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o' };
async function* answer(): AsyncGenerator<unknown> {
  yield { ...part, choices: [{ index: 0, delta: { content: 'hello' }, finish_reason: null }] };
  yield { ...part, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  yield { ...part, choices: [], usage };
}

const busy = (): never => {
  throw Object.assign(new Error('busy'), { status: 500 });
};

/** timeout(cache(router(retry(modelCall)))): the first route is down and the second one streams. */
function chain() {
  const retried = <O>(ask: () => O, model: string) =>
    new RetryPrimitive(
      modelCall((_: unknown) => ask(), { provider: 'openai', model }),
      { maxAttempts: 1 },
    );
  const router = new RouterPrimitive<unknown, unknown>(
    {
      fast: { step: retried(busy, 'gpt-4o-mini'), provider: 'openai', model: 'gpt-4o-mini' },
      strong: { step: retried(answer, 'gpt-4o'), provider: 'openai', model: 'gpt-4o' },
      dear: { step: busy, model: 'gpt-4', price: { inputPerMillionUsd: 10, outputPerMillionUsd: 75 } },
    },
    { strategy: () => 'fast', defaultRoute: 'fast', fallback: ['strong'], baseline: 'dear' },
  );
  return new TimeoutPrimitive(new CachePrimitive(router, { operation: 'chat' }), {
    operation: 'answer',
    timeoutMs: 1_000,
    stream: { idleMs: 1_000 },
  });
}

async function read(output: unknown): Promise<number> {
  let count = 0;
  if (isStream(output)) for await (const _ of output) count += 1;
  return count;
}

const sumOf = (lines: ReadonlyMap<string, number>, name: string): number =>
  [...lines].filter(([line]) => line.startsWith(name)).reduce((sum, [, value]) => sum + value, 0);

describe('a report on timeout(cache(router(retry(modelCall))))', () => {
  it('has both attempts of a request that falls back and streams, and the money of the metrics page', async () => {
    await using telemetry = await telemetryForTest();
    const workflow = chain();
    const { context, report } = withReport(new WorkflowContext({ tenantId: 'acme' }));
    expect(await read(await workflow.execute(REQUEST, context))).toBe(3);
    const first = await report;
    expect(first).toMatchObject({
      route: 'strong',
      cacheOutcome: 'miss',
      timeoutOutcome: 'success',
      phases: [],
      attempts: [
        { model: 'gpt-4o-mini', outcome: 'failed', failure: 'server_error', usage: undefined, costUsd: 0 },
        { model: 'gpt-4o', outcome: 'answered', usage: { inputTokens: 1_000, outputTokens: 100 } },
      ],
      usage: { inputTokens: 1_000, outputTokens: 100 },
      costUsd: expect.closeTo(STRONG_USD, 12),
      savedUsd: expect.closeTo(BASELINE_USD - STRONG_USD, 12),
      lateFacts: 0,
    });
    const again = withReport(new WorkflowContext({ tenantId: 'acme' }));
    await read(await workflow.execute(REQUEST, again.context));
    const second = await again.report;
    expect(second).toMatchObject({ cacheOutcome: 'hit', attempts: [], costUsd: 0 });
    expect(second.savedUsd).toBeCloseTo(STRONG_USD, 12);

    const lines = linesOf(await telemetry.handle.metricsText());
    const [costUsd, savedUsd] = [first, second].reduce<[number, number]>(
      ([cost, saved], each) => [cost + (each.costUsd ?? Number.NaN), saved + (each.savedUsd ?? Number.NaN)],
      [0, 0],
    );
    expect(sumOf(lines, 'llm_cost_usd_total')).toBeCloseTo(costUsd, 12);
    const saved = sumOf(lines, 'router_cost_savings_usd') + sumOf(lines, 'cache_cost_savings_usd');
    expect(saved).toBeCloseTo(savedUsd, 12);
    expect(sumOf(lines, 'llm_calls_total')).toBe(2);
    expect(sumOf(lines, 'gen_ai_client_inference_usage_input_tokens_total')).toBe(1_000);
  });

  it('waits for a refresh in the background, and has its cost', async () => {
    const clock = manualClock(Date.UTC(2026, 0, 1));
    const ask = modelCall((_: unknown) => ({
      object: 'chat.completion',
      model: 'gpt-4o',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }],
      usage,
    }));
    const cache = new CachePrimitive(ask, {
      store: memoryStore({ clock }),
      ttlMs: 1_000,
      ttlJitter: 0,
      staleWhileRevalidateMs: 60_000,
    });
    await cache.execute('hi', new WorkflowContext({ clock }));
    await clock.advance(2_000);
    const { context, report } = withReport(new WorkflowContext({ clock }));
    await cache.execute('hi', context);
    expect(await report).toMatchObject({
      cacheOutcome: 'stale',
      attempts: [{ outcome: 'answered' }],
      costUsd: expect.closeTo(STRONG_USD, 12),
      savedUsd: expect.closeTo(0, 12), // what the stale answer saved, less the refresh that only the cache has made
      lateFacts: 0,
    });
  });
});
