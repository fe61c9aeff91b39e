import { FallbackPrimitive, RetryPrimitive, WorkflowContext } from 'tta-dev-primitives';
import { expect, it } from 'vitest';
import { modelCall } from '../llm/call/model-call.ts';
import type { TokenPrice } from '../llm/money/token-price.ts';
import { CascadePrimitive } from './cascade/cascade-primitive.ts';
import { RouterPrimitive } from './router/router-primitive.ts';
import { byBudget } from './router/strategies/by-budget.ts';

const PRICE: TokenPrice = { inputPerMillionUsd: 1, outputPerMillionUsd: 10 };

/** An answer of 1,000 input and 100 output tokens, which cost $0.002. */
const ask = () => ({
  ...{ id: 'c', object: 'chat.completion', model: 'house-model' },
  choices: [{ index: 0, message: { role: 'assistant', content: 'yes' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
});

const routed = (route: object) =>
  new RouterPrimitive({ only: route } as never, { strategy: () => 'only', defaultRoute: 'only' });

const refused = (where: string): string =>
  `${where}.price does not reach the model call inside the step; give it to modelCall`;

it('a price that would not reach the model call inside a step is refused', () => {
  const step = new RetryPrimitive(modelCall(ask));
  expect(() => routed({ step, price: PRICE })).toThrow(refused('RouterPrimitive: routes["only"]'));
  expect(() => new CascadePrimitive({ cheap: { step, price: PRICE }, strong: ask }, { accept: () => true })).toThrow(
    refused('CascadePrimitive: stages["cheap"]'),
  );
});

it.each([
  ['is a model call', modelCall(ask, { price: PRICE })],
  ['makes a model call', new RetryPrimitive(modelCall(ask, { price: PRICE }))],
])('a second price is refused for a step that %s with a price', (_, step) => {
  const price = { inputPerMillionUsd: 9, outputPerMillionUsd: 9 };
  expect(() => routed({ step, price })).toThrow(
    'RouterPrimitive: routes["only"].price is a second price; the model call inside the step already has one',
  );
});

it.each([
  ['a plain function', ask],
  ['a retry without a model call', new RetryPrimitive(ask)],
  ['a model call', modelCall(ask)],
])('the price of a route is that of the call when its step is %s', async (_, step) => {
  const router = routed({ step, price: PRICE });
  await router.execute({});
  expect(router.getStats().routes['only']).toMatchObject({ costUsd: 0.002 });
});

it('a route over several model calls may have a price to estimate by, if each call has its own', () => {
  const own = modelCall(ask, { price: PRICE });
  expect(() => routed({ step: new FallbackPrimitive(own, own), price: PRICE })).not.toThrow();
  expect(() => routed({ step: new FallbackPrimitive(own, modelCall(ask)), price: PRICE })).toThrow(TypeError);
});

it('a route is estimated at the price of the one model call that its step makes', async () => {
  const step = new RetryPrimitive(modelCall(ask, { model: 'house-model', price: PRICE }));
  const strategy = byBudget(() => 'only', { limitUsd: 1, windowMs: 60_000 });
  const router = new RouterPrimitive({ only: step }, { strategy, defaultRoute: 'only' });
  const context = new WorkflowContext();
  await router.execute({ model: 'house-model', messages: [{ role: 'user', content: 'Hello?' }] }, context);
  expect(strategy.usage(context).spentUsd).toBeCloseTo(0.002, 12);
});
