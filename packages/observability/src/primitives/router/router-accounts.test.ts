import { parallel, type WorkflowPrimitive } from 'tta-dev-primitives';
import { isStream } from 'tta-dev-primitives/internal';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { CachePrimitive } from '../cache/cache-primitive.ts';
import { RouterPrimitive } from './router-primitive.ts';

type Form = 'value' | 'iterable' | 'readable';

const usage = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 1 };
const dear = { inputPerMillionUsd: 10, outputPerMillionUsd: 10 };
const COST_USD = 0.0011;
const BASELINE_USD = 0.011;

const choice = { index: 0, finish_reason: 'stop' };
const whole = {
  object: 'chat.completion',
  model: 'mini',
  choices: [{ ...choice, message: { content: 'yes' } }],
  usage,
};
const part = { object: 'chat.completion.chunk', model: 'mini' };
const chunks = () => [
  { ...part, choices: [{ ...choice, finish_reason: null, delta: { content: 'yes' } }] },
  { ...part, choices: [{ ...choice, delta: {} }] },
  { ...part, choices: [], usage },
];

/** A model that answers in one of the forms in which models answer. */
function ask(form: Form): unknown {
  if (form === 'value') return structuredClone(whole);
  if (form === 'readable') return ReadableStream.from(chunks());
  return (async function* () {
    yield* chunks();
  })();
}

async function read(answer: unknown): Promise<unknown> {
  if (!isStream(answer)) return answer;
  const all: unknown[] = [];
  for await (const chunk of answer) all.push(chunk);
  return all;
}

const routerOf = (step: WorkflowPrimitive<Form, unknown> | ((form: Form) => unknown)) =>
  new RouterPrimitive(
    { cheap: { step, price }, dear: { step: ask, price: dear } },
    { strategy: () => 'cheap', defaultRoute: 'cheap', baseline: 'dear' },
  );

const cacheOf = (step: WorkflowPrimitive<Form, unknown> | ((form: Form) => unknown)) =>
  new CachePrimitive(step, { operation: 'chat', cost: () => COST_USD });

const stored = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

describe.each<[string, boolean]>([
  ['observed', true],
  ['unobserved', false],
])('a router, %s,', (_, isObserved) => {
  it.each<Form>(['value', 'iterable', 'readable'])(
    'pays nothing for a hit of a cache in its route: %s',
    async (form) => {
      using recording = isObserved ? recordingObserver() : undefined;
      const cache = cacheOf(ask);
      const router = routerOf(cache);
      for (let call = 0; call < 3; call += 1) {
        await read(await router.execute(form));
        await stored();
      }
      const { routes, costSavingsUsd, unpriced } = router.getStats();
      expect(cache.getStats()).toMatchObject({ hits: 2, misses: 1 });
      expect(routes.cheap.costUsd).toBeCloseTo(COST_USD, 12);
      expect(unpriced).toBe(0);
      const savedUsd = costSavingsUsd + cache.getStats().costSavingsUsd;
      expect(routes.cheap.costUsd + savedUsd).toBeCloseTo(3 * BASELINE_USD, 12);
      if (recording === undefined) return;
      expect(recording.factsOf('llm.costUsd')).toHaveLength(1);
      expect(recording.factsOf('llm.usage')).toHaveLength(1);
      expect(sum(recording.factsOf('router.savedUsd'))).toBeCloseTo(costSavingsUsd, 12);
    },
  );

  it.each<Form>(['value', 'iterable', 'readable'])('pays once for a call that several share: %s', async (form) => {
    const cache = cacheOf(ask);
    const router = routerOf(cache);
    await Promise.all([1, 2, 3].map(async () => read(await router.execute(form))));
    expect(cache.getStats()).toMatchObject({ coalesced: 2, misses: 1 });
    expect(router.getStats().routes.cheap.costUsd).toBeCloseTo(COST_USD, 12);
    const savedUsd = router.getStats().costSavingsUsd + cache.getStats().costSavingsUsd;
    expect(router.getStats().routes.cheap.costUsd + savedUsd).toBeCloseTo(3 * BASELINE_USD, 12);
  });

  it.each<Form>(['value', 'iterable', 'readable'])('costs nothing where a cache stands before it: %s', async (form) => {
    const router = routerOf(ask);
    const cache = cacheOf(router);
    for (let call = 0; call < 2; call += 1) {
      await read(await cache.execute(form));
      await stored();
    }
    expect(cache.getStats()).toMatchObject({ hits: 1, misses: 1, costSavingsUsd: COST_USD });
    expect(router.getStats().routes.cheap).toMatchObject({ decisions: 1 });
    expect(router.getStats().routes.cheap.costUsd).toBeCloseTo(COST_USD, 12);
  });
});

describe('a router within a router', () => {
  it.each<Form>(['value', 'iterable', 'readable'])('states tokens and cost of a call once: %s', async (form) => {
    using recording = recordingObserver();
    const inner = routerOf(ask);
    const outer = routerOf(inner);
    await read(await outer.execute(form));
    expect(recording.factsOf('llm.costUsd')).toEqual([expect.closeTo(COST_USD, 12)]);
    expect(recording.factsOf('llm.usage')).toHaveLength(1);
    for (const router of [inner, outer]) expect(router.getStats().routes.cheap.costUsd).toBeCloseTo(COST_USD, 12);
  });

  it.each<Form>(['value', 'iterable', 'readable'])(
    'states them once through a cache between them: %s',
    async (form) => {
      using recording = recordingObserver();
      const outer = routerOf(cacheOf(routerOf(ask)));
      await Promise.all([1, 2, 3].map(async () => read(await outer.execute(form))));
      await stored();
      await read(await outer.execute(form));
      expect(recording.factsOf('llm.costUsd')).toHaveLength(1);
      expect(outer.getStats().routes.cheap.costUsd).toBeCloseTo(COST_USD, 12);
    },
  );
});

describe('a copy of a chunk', () => {
  it('has the account of its original, whoever reads first', async () => {
    using recording = recordingObserver();
    const outer = routerOf(cacheOf(routerOf(ask)));
    const [payer, other] = await Promise.all([outer.execute('iterable'), outer.execute('iterable')]);
    await read(other);
    await read(payer);
    expect(recording.factsOf('llm.costUsd')).toHaveLength(1);
    expect(outer.getStats().routes.cheap.costUsd).toBeCloseTo(COST_USD, 12);
  });
});

describe('two routers side by side', () => {
  it('each state their own call', async () => {
    using recording = recordingObserver();
    await parallel([routerOf(ask), routerOf(ask)]).execute('value');
    expect(recording.factsOf('llm.costUsd')).toHaveLength(2);
  });
});
