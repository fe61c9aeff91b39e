import { expect, test } from 'vitest';
import { initializeObservability } from '../../apm/initialize-observability.ts';
import { modelCall } from '../../llm/call/model-call.ts';
import { SavingsLedger } from '../../llm/money/ledger/savings-ledger.ts';
import { RouterPrimitive } from '../../primitives/router/router-primitive.ts';

const answer = {
  object: 'chat.completion',
  model: 'm',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }],
  usage: { prompt_tokens: 1_000, completion_tokens: 0, total_tokens: 1_000 },
};

test('prints the spend and the baseline of a ledger, and the totals of the ledger are the same', async () => {
  const telemetry = await initializeObservability({ environment: 'test' });
  const ledger = new SavingsLedger();
  const at = (usd: number) =>
    modelCall(async () => answer, { price: { inputPerMillionUsd: usd, outputPerMillionUsd: usd } });
  const router = new RouterPrimitive(
    { small: at(1), large: at(10) },
    { strategy: () => 'small', defaultRoute: 'small', baseline: 'large' },
  );
  await router.execute({});
  await at(5).execute(null);
  const { spendUsd, baselineUsd } = ledger.totals();
  const page = await telemetry.metricsText();
  expect(spendUsd).toBeCloseTo(0.006, 12);
  expect(baselineUsd).toBeCloseTo(0.015, 12);
  const printed = (name: string): number => Number(new RegExp(`^${name} (.*)$`, 'm').exec(page)?.[1]);
  expect(printed('ledger_spend_usd_total')).toBeCloseTo(spendUsd, 12);
  expect(printed('ledger_baseline_usd_total')).toBeCloseTo(baselineUsd, 12);
  await ledger.close();
  await telemetry.shutdown();
});
