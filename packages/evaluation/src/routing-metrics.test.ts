import { describe, expect, it } from 'vitest';
import { telemetry } from './__fixtures__/telemetry.ts';
import { RoutingLogPrimitive } from './routing-log/routing-log-primitive.ts';
import { ShadowPrimitive } from './shadow/shadow-primitive.ts';

const answerOf = (content: string, model: string) => ({
  object: 'chat.completion',
  model,
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
  usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
});

describe('metrics of routing, live', () => {
  it('tell what a shadow found after its spans have ended', async () => {
    await using observed = await telemetry();
    const draws = [0, 0, 0.9];
    const shadow = new ShadowPrimitive((prompt: string) => answerOf(prompt, 'gpt-4o-mini'), {
      baseline: { step: () => answerOf('yes', 'gpt-4o'), model: 'gpt-4o', provider: 'openai' },
      operation: 'chat',
      share: 0.5,
      random: () => draws.shift() ?? 0,
    });
    for (const prompt of ['yes', 'no', 'yes']) {
      await shadow.execute(prompt);
      await shadow.settled();
    }
    const metrics = await observed.metrics();
    expect(metrics).toMatchObject({
      'shadow_requests_total{operation="chat",outcome="compared"}': 2,
      'shadow_requests_total{operation="chat",outcome="not_chosen"}': 1,
      'shadow_answer_quality_total{operation="chat"}': 1,
      'shadow_baseline_quality_total{operation="chat"}': 2,
      'shadow_unpriced_total{operation="chat"}': 0,
    });
    expect(metrics['shadow_cost_usd_total{operation="chat"}']).toBeCloseTo(2 * 0.0035, 12);
    expect(metrics['shadow_realised_savings_usd{operation="chat"}']).toBeCloseTo(2 * (0.0035 - 0.00021), 12);
  });

  it('count the rows of a log by what became of them', async () => {
    await using observed = await telemetry();
    const log = new RoutingLogPrimitive((prompt: string) => (prompt === 'x' ? answerOf('y', 'gpt-4o') : 'a text'), {
      sink: { write: () => {} },
      operation: 'chat',
    });
    for (const prompt of ['x', 'x', 'unknown']) await log.execute(prompt);
    await log.close();
    expect(await observed.metrics()).toMatchObject({
      'routing_log_rows_total{operation="chat",outcome="written"}': 2,
      'routing_log_rows_total{operation="chat",outcome="unknown"}': 1,
    });
  });
});
