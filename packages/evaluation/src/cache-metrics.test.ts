import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { telemetry } from './__fixtures__/telemetry.ts';
import { CacheAdvisorPrimitive } from './cache-advisor/cache-advisor-primitive.ts';
import { SemanticShadowPrimitive } from './semantic-shadow/semantic-shadow-primitive.ts';

const answerOf = (content: string, model: string) => ({
  object: 'chat.completion',
  model,
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
  usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
});

describe('metrics of what a cache would do', () => {
  it('tell what an advisor has seen', async () => {
    await using observed = await telemetry();
    const advised = new CacheAdvisorPrimitive((text: string) => answerOf(text, 'gpt-4o'), {
      operation: 'chat',
      livesMs: [60_000],
    });
    for (let index = 0; index < 3; index += 1) await advised.execute('x', new WorkflowContext({ tenantId: 'acme' }));
    const metrics = await observed.metrics();
    expect(metrics).toMatchObject({
      'cache_advisor_requests_total{operation="chat"}': 3,
      'cache_advisor_repeats_total{operation="chat",ttl_seconds="60"}': 2,
    });
    expect(metrics['cache_advisor_savings_usd{operation="chat",ttl_seconds="60"}']).toBeCloseTo(2 * 0.0035, 12);
  });

  it('tell what a semantic shadow has found after its spans have ended', async () => {
    await using observed = await telemetry();
    const shadow = new SemanticShadowPrimitive((_text: string) => answerOf('same', 'gpt-4o'), {
      operation: 'chat',
      embed: () => [1],
      thresholds: [0.9],
    });
    for (const text of ['hello', 'hello you']) {
      await shadow.execute(text, new WorkflowContext({ tenantId: 'acme' }));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await observed.metrics()).toMatchObject({
      'semantic_shadow_hits_total{operation="chat",threshold="0.9",verdict="agreed"}': 1,
    });
  });
});
