import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { linesOf, telemetryForTest } from '../apm/__fixtures__/telemetry-for-test.ts';
import { agreement } from '../primitives/cascade/agreement.ts';
import { CascadePrimitive } from '../primitives/cascade/cascade-primitive.ts';

const answerOf = (content: string, model: string) => ({
  object: 'chat.completion',
  model,
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
  usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
});

const isGood = ({ text }: { readonly text: string | undefined }) => text === 'good';

type Telemetry = Awaited<ReturnType<typeof telemetryForTest>>;
const metricsOf = async ({ handle }: Telemetry) => Object.fromEntries(linesOf(await handle.metricsText()));

describe('metrics of cascades', () => {
  it('tell who answered, why others did not, and the money', async () => {
    await using telemetry = await telemetryForTest();
    const cascade = new CascadePrimitive<string, unknown>(
      {
        mini: { step: (text) => answerOf(text, 'gpt-4o-mini'), provider: 'openai' },
        large: { step: () => answerOf('good', 'gpt-4o'), model: 'gpt-4o', provider: 'openai' },
      },
      { accept: isGood, operation: 'chat' },
    );
    for (const text of ['good', 'bad', 'bad']) await cascade.execute(text);
    const metrics = await metricsOf(telemetry);
    expect(metrics).toMatchObject({
      'cascade_answers_total{operation="chat",stage="mini",outcome="accepted"}': 1,
      'cascade_answers_total{operation="chat",stage="large",outcome="escalated"}': 2,
      'cascade_rejections_total{operation="chat",stage="mini",reason="custom"}': 2,
      'cascade_unpriced_total{operation="chat"}': 0,
      'cascade_enabled{operation="chat"}': 1,
    });
    expect(metrics['cascade_cost_savings_usd{operation="chat"}']).toBeCloseTo(0.0035 - 3 * 0.00021, 12);
  });

  it('count answers that were checked, by whether the last stage says the same', async () => {
    await using telemetry = await telemetryForTest();
    let last = '4.0';
    const cascade = new CascadePrimitive<string, string>(
      { cheap: agreement<string, string>({ one: () => '4', other: () => '4' }, ({ text }) => text), large: () => last },
      { operation: 'chat', checkEvery: 1 },
    );
    for (last of ['4.0', '4', '5']) await cascade.execute('x');
    expect(await metricsOf(telemetry)).toMatchObject({
      'cascade_checks_total{operation="chat",outcome="same"}': 2,
      'cascade_checks_total{operation="chat",outcome="differs"}': 1,
    });
  });

  it('measure each call by itself', async () => {
    await using telemetry = await telemetryForTest();
    const clock = manualClock();
    const after = (ms: number, answer: unknown) => async (_prompt: string) => {
      await clock.advance(ms);
      return answer;
    };
    const cascade = new CascadePrimitive<string, unknown>(
      {
        mini: { step: after(1_000, answerOf('bad', 'gpt-4o-mini')), provider: 'openai' },
        large: { step: after(4_000, answerOf('good', 'gpt-4o')), provider: 'openai' },
      },
      { accept: isGood, operation: 'chat' },
    );
    await cascade.execute('x', new WorkflowContext({ clock }));
    const metrics = await metricsOf(telemetry);
    const sums = Object.entries(metrics).filter(([name]) => name.startsWith('gen_ai_client_inference_duration_sum'));
    expect(sums.map(([name, value]) => [/request_model="([^"]*)"/.exec(name)?.[1], value])).toEqual([
      ['gpt-4o-mini', 1],
      ['gpt-4o', 4],
    ]);
  });

  it('tell that cheap stages are switched off also when telemetry has begun later', async () => {
    const cascade = new CascadePrimitive<string, unknown>(
      { mini: () => answerOf('bad', 'gpt-4o-mini'), large: () => answerOf('good', 'gpt-4o') },
      { accept: isGood, operation: 'chat', minRequests: 1 },
    );
    await cascade.execute('x');
    await using telemetry = await telemetryForTest();
    await cascade.execute('x');
    expect(await metricsOf(telemetry)).toMatchObject({ 'cascade_enabled{operation="chat"}': 0 });
  });
});
