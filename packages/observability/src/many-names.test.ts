import { WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';
import { expect, it } from 'vitest';
import { linesOf, telemetryForTest } from './apm/__fixtures__/telemetry-for-test.ts';
import { modelCall } from './llm/call/model-call.ts';
import { SavingsLedger } from './llm/money/ledger/savings-ledger.ts';
import { LimitPrimitive } from './primitives/index.ts';

const TIMES = 2_000;
const MAX_VALUES = 100;
const messages = [{ role: 'user', content: 'Hi' }];
const PRICE = { inputPerMillionUsd: 1, outputPerMillionUsd: 1 };

interface Request {
  readonly model: string;
  readonly messages: readonly object[];
  readonly index: number;
}

/** A model that answers every second request, and fails every other one with a message of its own. */
const call: WorkflowPrimitive<Request, object> = modelCall(
  ({ model, index }) => {
    if (index % 2 === 1) throw Object.assign(new Error(`message ${index}`), { name: `Error${index}`, status: 400 });
    return {
      object: 'chat.completion',
      model,
      choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 },
    };
  },
  { provider: 'openai', price: PRICE },
);

it('2,000 tenants, users, models and messages of errors leave at most the capped series, and every sum', async () => {
  await using telemetry = await telemetryForTest({ level: 'off', maxDimensionValues: MAX_VALUES });
  const ledger = new SavingsLedger();
  const limit = new LimitPrimitive(call, { key: 'tenant', tokensPerMinute: 1_000, operation: 'chat' });
  for (let index = 0; index < TIMES; index += 1) {
    const context = new WorkflowContext({ tenantId: `tenant-${index}`, userId: `user-${index}` });
    await limit.execute({ model: `model-${index}`, messages, index }, context).catch(() => {});
  }
  const lines = linesOf(await telemetry.handle.metricsText());
  const series = new Map<string, number>();
  for (const name of lines.keys()) {
    const [metric = '', labels = ''] = name.split('{');
    const withoutBuckets = labels.replace(/,?le="[^"]*"/, '');
    series.set(metric, (series.get(metric) ?? 0) + (withoutBuckets === labels ? 1 : 0));
  }
  expect(Math.max(...series.values())).toBeLessThanOrEqual(2 * (MAX_VALUES + 1)); // of each model, by what became of it
  const page = [...lines.keys()].join('\n');
  expect(page).not.toMatch(/tenant-\d|user-\d|message \d/);
  const sumOf = (metric: string): number =>
    [...lines].reduce((sum, [name, value]) => (name.startsWith(`${metric}{`) ? sum + value : sum), 0);
  expect(sumOf('limit_decisions_total')).toBe(TIMES);
  expect(sumOf('llm_calls_total')).toBe(TIMES);
  expect(sumOf('limit_tokens_total')).toBe((TIMES / 2) * 20);
  expect(sumOf('gen_ai_client_inference_duration_count')).toBe(TIMES);
  expect(sumOf('gen_ai_client_inference_usage_input_tokens_total')).toBe((TIMES / 2) * 10);
  const { byTenant, byModel, spendUsd } = ledger.totals();
  expect([Object.keys(byTenant).length, Object.keys(byModel).length].every((groups) => groups <= 101)).toBe(true);
  expect(spendUsd).toBeCloseTo((TIMES / 2) * 20e-6, 9);
  expect(Object.values(byTenant).reduce((sum, { spendUsd: own }) => sum + own, 0)).toBeCloseTo(spendUsd, 9);
  await ledger.close();
});
