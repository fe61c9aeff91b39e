import { afterEach, expect, it } from 'vitest';
import type { Workload, WorkloadModel } from '../workload/workload.ts';
import { type Endpoint, loopbackEndpoint } from './endpoint.ts';

const model: WorkloadModel = {
  name: 'small',
  firstTokenMs: 1,
  tokensPerSecond: 10_000,
  price: { inputPerMillionUsd: 1, outputPerMillionUsd: 2 },
};

const workload: Workload = {
  description: '',
  notes: [],
  requests: [],
  models: [model],
  baseline: model,
  answerOf: () => ({ inputTokens: 100, outputTokens: 10, quality: 1 }),
  faults: new Map([['hello', { kind: 'error', status: 500 }]]),
  limits: { timeoutMs: 1_000, graceMs: 1_000, idleMs: 1_000 },
};

let endpoint: Endpoint;
afterEach(() => endpoint.close());

it('only the first call for a prompt meets its fault, and every other one is charged', async () => {
  endpoint = await loopbackEndpoint(workload);
  const ask = () =>
    endpoint.client.chat.completions.create({ model: 'small', messages: [{ role: 'user', content: 'hello' }] });
  await expect(ask()).rejects.toMatchObject({ status: 500 });
  await ask();
  await ask();
  expect(endpoint.spendByModel?.get('small')).toBeCloseTo(2 * 120e-6, 12);
});
