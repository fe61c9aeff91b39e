import { step, WorkflowContext } from 'tta-dev-primitives';
import { manualClock, type RecordedExecution, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { modelCall } from '../../llm/call/model-call.ts';
import { priceList } from '../../llm/money/price-list.ts';
import type { RouterOptions } from './router-options.ts';
import { RouterPrimitive } from './router-primitive.ts';

const answer = (model: string, prompt_tokens = 1_000, completion_tokens = 100) => ({
  id: 'chatcmpl-1',
  model,
  usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
});

const cheap = { inputPerMillionUsd: 1, outputPerMillionUsd: 1 };
const dear = { inputPerMillionUsd: 10, outputPerMillionUsd: 10 };

const priced = {
  fast: { step: (): unknown => answer('mini'), price: cheap },
  strong: { step: (): unknown => answer('large'), price: dear },
};

type Options = Partial<RouterOptions<string, keyof typeof priced>>;

const pricedRouter = (options: Options = {}): RouterPrimitive<string, unknown, keyof typeof priced> =>
  new RouterPrimitive(priced, { strategy: (route: string) => route, defaultRoute: 'fast', ...options });

describe('the money of a RouterPrimitive', () => {
  it('prices a route that is a model call as the route says, or as the call says', async () => {
    const routes = {
      open: { step: modelCall((_: string): unknown => answer('mini')), price: cheap },
      own: { step: modelCall((_: string): unknown => answer('mini'), { price: dear }) },
    };
    const router = new RouterPrimitive(routes, { strategy: (route: string) => route, defaultRoute: 'open' });
    for (const route of ['open', 'own']) await router.execute(route);
    expect(router.getStats().routes.open.costUsd).toBeCloseTo(0.0011, 12);
    expect(router.getStats().routes.own.costUsd).toBeCloseTo(0.011, 12);
  });

  it.each([
    [
      'router-own-price-audio: has sounds, and its price no rate for them',
      { prompt_tokens: 800, prompt_tokens_details: { audio_tokens: 700 }, completion_tokens: 100, total_tokens: 900 },
    ],
    ['router-zero-usage: counts nothing', { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }],
  ])('does not know the cost of an answer that %s', async (_, usage) => {
    const routes = { only: { step: () => ({ id: 'chatcmpl-1', model: 'm', usage }), price: cheap } };
    const router = new RouterPrimitive(routes, { strategy: () => 'only', defaultRoute: 'only' });
    await router.execute(undefined);
    expect(router.getStats()).toMatchObject({ unpriced: 1, routes: { only: { costUsd: 0 } } });
  });

  it('states model, provider, tokens, cost and saving of an answer', async () => {
    using recording = recordingObserver();
    const router = new RouterPrimitive(
      {
        fast: { step: () => answer('gpt-4o-mini-2024-07-18'), provider: 'openai' },
        strong: { step: () => answer('gpt-4o'), model: 'gpt-4o', provider: 'openai' },
      },
      { strategy: () => 'fast', defaultRoute: 'fast', baseline: 'strong' },
    );
    await router.execute(undefined);
    const namesOf = (execution: RecordedExecution | undefined) => execution?.facts.map(({ name }) => name);
    const [routed, called] = recording.executions;
    expect(namesOf(routed)).toEqual(['router.route', 'router.reason', 'router.baseline', 'router.savedUsd']);
    expect(namesOf(called)).toEqual([
      'llm.operation',
      'llm.provider',
      'llm.model',
      'llm.responseModel',
      'llm.responseId',
      'llm.usage',
      'llm.costUsd',
      'llm.outcome',
    ]);
    expect(recording.factsOf('llm.model')).toEqual(['gpt-4o-mini-2024-07-18']);
    expect(recording.factsOf('llm.usage')).toEqual([{ inputTokens: 1_000, outputTokens: 100 }]);
    expect(recording.factsOf('llm.costUsd')[0]).toBeCloseTo(0.00021, 12);
    expect(recording.factsOf('router.savedUsd')[0]).toBeCloseTo(0.0035 - 0.00021, 12);
  });

  it('saves what the same tokens cost at the baseline, less what they cost here', async () => {
    const router = pricedRouter({ baseline: 'strong' });
    await router.execute('fast');
    const { costSavingsUsd, routes } = router.getStats();
    expect(routes.fast.costUsd).toBeCloseTo(0.0011, 12);
    expect(costSavingsUsd).toBeCloseTo(0.011 - 0.0011, 12);
  });

  it('keeps a loss as a saving below zero', async () => {
    using recording = recordingObserver();
    const router = pricedRouter({ baseline: 'fast' });
    await router.execute('strong');
    expect(recording.factsOf('router.savedUsd')[0]).toBeCloseTo(0.0011 - 0.011, 12);
    expect(router.getStats().costSavingsUsd).toBeCloseTo(0.0011 - 0.011, 12);
  });

  it('saves exactly nothing when the baseline itself answers, also as a model that only its answer names', async () => {
    using recording = recordingObserver();
    const router = new RouterPrimitive(
      { strong: () => answer('gpt-4o') },
      { strategy: () => 'strong', defaultRoute: 'strong', baseline: 'strong' },
    );
    await router.execute(undefined);
    expect(recording.factsOf('router.savedUsd')).toEqual([0]);
    expect(router.getStats().unpriced).toBe(0);
  });

  it('claims no saving without a baseline', async () => {
    using recording = recordingObserver();
    const router = pricedRouter();
    await router.execute('fast');
    expect(recording.factsOf('router.savedUsd')).toEqual([]);
    expect(recording.factsOf('router.unpriced')).toEqual([]);
    expect(router.getStats()).toMatchObject({ costSavingsUsd: 0, unpriced: 0 });
  });

  it('prices as the declared model, and asks the given prices', async () => {
    using recording = recordingObserver();
    const router = new RouterPrimitive(
      { fast: { step: () => answer('/models/llama.gguf'), model: 'my-llama' } },
      { strategy: () => 'fast', defaultRoute: 'fast', prices: priceList({ 'my-llama': cheap }) },
    );
    await router.execute(undefined);
    expect(recording.factsOf('llm.model')).toEqual(['my-llama']);
    expect(recording.factsOf('llm.costUsd')[0]).toBeCloseTo(0.0011, 12);
  });

  it('uses the price of the moment', async () => {
    using recording = recordingObserver();
    const router = new RouterPrimitive(
      { thinker: { step: () => answer('o3') } },
      { strategy: () => 'thinker', defaultRoute: 'thinker' },
    );
    for (const day of [Date.UTC(2025, 4, 1), Date.UTC(2026, 4, 1)]) {
      await router.execute(undefined, new WorkflowContext({ clock: manualClock(day) }));
    }
    expect(recording.factsOf('llm.costUsd').map((usd) => usd.toFixed(6))).toEqual(['0.014000', '0.002800']);
  });

  it.each([
    ['does not say what it used', { model: 'gpt-4o' }],
    ['is plain text', 'Paris'],
    ['is of a model whose price is not known', answer('my-own-model')],
  ])('counts an answer that %s as unpriced, never as free', async (_, output) => {
    using recording = recordingObserver();
    const router = new RouterPrimitive(
      { only: (): unknown => output },
      { strategy: () => 'only', defaultRoute: 'only' },
    );
    await expect(router.execute(undefined)).resolves.toBe(output);
    expect(recording.factsOf('router.unpriced')).toEqual([true]);
    expect(recording.factsOf('llm.costUsd')).toEqual([]);
    expect(router.getStats()).toMatchObject({ routes: { only: { costUsd: 0 } }, unpriced: 1 });
  });

  it('states the cost but no saving when the price of the baseline is not known', async () => {
    using recording = recordingObserver();
    const router = new RouterPrimitive(
      { fast: { step: () => answer('mini'), price: cheap }, strong: () => answer('large') },
      { strategy: () => 'fast', defaultRoute: 'fast', baseline: 'strong' },
    );
    await router.execute(undefined);
    expect(recording.factsOf('llm.costUsd')).toHaveLength(1);
    expect(recording.factsOf('router.savedUsd')).toEqual([]);
    expect(recording.factsOf('router.unpriced')).toEqual([true]);
    expect(router.getStats().unpriced).toBe(1);
  });

  it('gives the answer even when the source of prices fails', async () => {
    const prices = {
      price(): never {
        throw new Error('no prices today');
      },
    };
    const router = new RouterPrimitive(
      { only: { step: () => answer('gpt-4o') } },
      { strategy: () => 'only', defaultRoute: 'only', prices },
    );
    await expect(router.execute(undefined)).resolves.toMatchObject({ model: 'gpt-4o' });
    expect(router.getStats().unpriced).toBe(1);
  });

  it('names a route after itself when its step is a plain function, and keeps the name of a primitive', async () => {
    using recording = recordingObserver();
    const router = new RouterPrimitive(
      { first: () => 1, second: step('ask the oracle', () => 2) },
      { strategy: (route: string) => route, defaultRoute: 'first', operation: 'oracle' },
    );
    await router.execute('first');
    await router.execute('second');
    expect(recording.executions.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'router oracle',
      'model_call first',
      'step first',
      'router oracle',
      'model_call ask the oracle',
      'step ask the oracle',
    ]);
  });
});
