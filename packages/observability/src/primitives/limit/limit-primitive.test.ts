import { failureOf, RetryPrimitive, type Step, WorkflowContext, withReport } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { isLimitError, type LimitError } from '../../limits/limit-error.ts';
import type { LimitStore } from '../../limits/limit-store.ts';
import { memoryLimits } from '../../limits/memory-limits.ts';
import { modelCall } from '../../llm/call/model-call.ts';
import { CachePrimitive } from '../cache/cache-primitive.ts';
import { RouterPrimitive } from '../router/router-primitive.ts';
import { answer, request, stream } from './__fixtures__/limited-calls.ts';
import { LimitPrimitive } from './limit-primitive.ts';

const DAY_MS = 86_400_000;
const MINI_USD = { inputPerMillionUsd: 1, outputPerMillionUsd: 1 };

const tenant = (tenantId: string) => new WorkflowContext({ tenantId });

async function refusalOf(work: Promise<unknown>): Promise<LimitError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (!isLimitError(error)) throw new Error('it was not refused', { cause: error });
  return error;
}

async function readAll(output: unknown): Promise<void> {
  for await (const _ of output as AsyncIterable<object>);
}

describe('a refusal', () => {
  it('is a typed 429 that says which limit and when to come back, and calls no step', async () => {
    const clock = manualClock();
    const step = vi.fn(async () => 'answer');
    const limited = new LimitPrimitive(step, { key: 'tenant', requestsPerMinute: 1, operation: 'chat' });
    const context = new WorkflowContext({ clock, tenantId: 'acme' });
    await limited.execute('one', context);
    await clock.advance(20_000);
    const error = await refusalOf(limited.execute('two', context));
    expect(error).toMatchObject({ status: 429, code: 'ERR_TTA_LIMIT', limit: 'requests', retryAfterMs: 40_000 });
    expect(error.message).toBe('chat: the limit is reached: 1 requests a minute; try again in 40000 ms');
    expect(failureOf(error)).toEqual({ kind: 'rate_limited', status: 429, retryable: true, retryAfterMs: 40_000 });
    expect(step).toHaveBeenCalledTimes(1);
    await clock.advance(40_000);
    await expect(limited.execute('two', context)).resolves.toBe('answer');
  });

  it('names no key', async () => {
    const limited = new LimitPrimitive(() => 'answer', { key: () => 'sk-secret', requestsPerMinute: 1 });
    await limited.execute('one');
    const error = await refusalOf(limited.execute('two'));
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain('sk-secret');
  });

  it('is retried when it is over, unless a budget is spent', async () => {
    const clock = manualClock();
    const rate = new LimitPrimitive(() => 'answer', { key: 'tenant', requestsPerMinute: 1 });
    const patient = new RetryPrimitive(rate, { maxDelayMs: 120_000 });
    await patient.execute('one', new WorkflowContext({ clock }));
    const second = patient.execute('two', new WorkflowContext({ clock }));
    await clock.advance(60_000);
    await expect(second).resolves.toBe('answer');

    const ask = modelCall(async () => answer(1_000), { price: MINI_USD });
    const budget = { limitUsd: 0.001, windowMs: DAY_MS };
    const money = new LimitPrimitive(ask, { key: 'tenant', budget });
    await money.execute(request(500));
    const error = await refusalOf(new RetryPrimitive(money).execute(request(500)));
    expect(failureOf(error)).toMatchObject({ kind: 'quota', status: 429, retryable: false });
    expect(error.message).toContain('$0.001 in 86400000 ms; the next window begins in');
  });

  it('of a request that can never fit says so', async () => {
    const limited = new LimitPrimitive(async () => answer(1), { key: 'tenant', tokensPerMinute: 100 });
    const error = await refusalOf(limited.execute(request(5_000)));
    expect(error).toMatchObject({ limit: 'tokens', retryable: false });
    expect(error.message).toContain('more than the whole limit: 100 tokens a minute; lower the most output tokens');
  });
});

describe('tokens and money', () => {
  const limited = (step: () => unknown, tokensPerMinute = 1_000) =>
    new LimitPrimitive(step, { key: 'tenant', tokensPerMinute });

  it.each<[string, () => unknown, number]>([
    ['a whole answer', async () => answer(30), 30],
    ['a step that fails before it gives anything', () => Promise.reject(new Error('down')), 0],
    ['a stream that is read to its end', async () => stream(40), 40],
  ])('are settled with what %s used', async (_, step, tokens) => {
    const limit = limited(step);
    await limit
      .execute(request())
      .then(readAll, () => {})
      .catch(() => {});
    expect(limit.getStats()).toMatchObject({ tokens, running: 0, unpriced: 0, total: 1 });
  });

  it('count what was expected of a stream whose reader leaves', async () => {
    const limit = limited(async () => stream(40));
    for await (const _ of (await limit.execute(request(100, 'hihi'))) as AsyncIterable<object>) break;
    expect(limit.getStats()).toMatchObject({ tokens: 101, running: 0, unpriced: 1 });
  });

  it('count what was expected of a stream that is left unread, once its context ends', async () => {
    const limit = limited(async () => stream(40));
    const caller = new AbortController();
    await limit.execute(request(), new WorkflowContext({ signal: caller.signal }));
    expect(limit.getStats().running).toBe(1);
    caller.abort();
    await expect.poll(() => limit.getStats()).toMatchObject({ tokens: 101, running: 0 });
  });

  it('are nothing for answers of a cache inside', async () => {
    const cached = new CachePrimitive(
      modelCall(async () => answer(80)),
      { operation: 'chat' },
    );
    const limit = new LimitPrimitive(cached, { key: 'tenant', tokensPerMinute: 200 });
    for (let count = 0; count < 5; count += 1) await limit.execute({ ...request(90), temperature: 0 });
    expect(cached.getStats().hits).toBe(4);
    expect(limit.getStats()).toMatchObject({ allowed: 5, tokens: 80 });
  });

  it('are the sum of every attempt of a retry inside', async () => {
    let attempts = 0;
    const ask = modelCall(async () => {
      attempts += 1;
      if (attempts === 1) throw Object.assign(new Error('down'), { status: 503 });
      return answer(30);
    });
    const retry = new RetryPrimitive(ask, { backoff: () => 0 });
    const limit = new LimitPrimitive(retry, { key: 'tenant', tokensPerMinute: 1_000 });
    await limit.execute(request());
    expect(limit.getStats()).toMatchObject({ tokens: 30, allowed: 1 });
  });

  it('of a request without a bound are guessed from the answers of the same key alone', async () => {
    using recording = recordingObserver();
    let tokens = 1_001;
    const limit = limited(async () => answer(tokens), 1_000_000);
    const unbounded = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hihi' }] };
    await limit.execute(unbounded, tenant('loud'));
    tokens = 11;
    await limit.execute(unbounded, tenant('loud'));
    await limit.execute(unbounded, tenant('quiet'));
    expect(recording.factsOf('limit.expectedTokens')).toEqual([257, 1_001, 257]);
  });

  it('allow for the errors of earlier estimates of the same key alone', async () => {
    using recording = recordingObserver();
    const limit = limited(async () => answer(1_010), 1_000_000);
    await limit.execute(request(100, 'hihi'), tenant('loud'));
    await limit.execute(request(100, 'hihi'), tenant('loud'));
    await limit.execute(request(100, 'hihi'), tenant('quiet'));
    const [first, second, third] = recording.factsOf('limit.expectedTokens');
    expect([first, third]).toEqual([101, 101]);
    expect(second).toBeGreaterThanOrEqual(1_010);
  });

  it.each<[string, object]>([
    ['n', { ...request(100), n: 8 }],
    ['best_of', { model: 'gpt-3.5-turbo-instruct', prompt: 'hi', max_tokens: 100, n: 2, best_of: 8 }],
    ['candidateCount', { model: 'm', contents: 'hi', config: { candidateCount: 8, maxOutputTokens: 100 } }],
  ])('are reserved for every answer that %s asks for', async (_, input) => {
    const limit = limited(async () => answer(1), 800);
    expect(await refusalOf(limit.execute(input as never))).toMatchObject({ limit: 'tokens', retryable: false });
  });

  it('may be estimated by the user', async () => {
    const limit = new LimitPrimitive(async () => answer(10), {
      key: 'tenant',
      tokensPerMinute: 100,
      estimate: () => ({ tokens: 101 }),
    });
    expect(await refusalOf(limit.execute(request(1)))).toMatchObject({ limit: 'tokens', retryable: false });
  });

  it('reserve the price of the dearest model that may answer', async () => {
    const router = new RouterPrimitive(
      {
        cheap: { step: async () => answer(100), price: MINI_USD },
        dear: { step: async () => answer(100), price: { inputPerMillionUsd: 1_000, outputPerMillionUsd: 1_000 } },
      },
      { strategy: () => 'cheap', defaultRoute: 'cheap' },
    );
    const limit = new LimitPrimitive(router, { key: 'tenant', budget: { limitUsd: 0.15, windowMs: DAY_MS } });
    const both = [limit.execute(request(100)), limit.execute(request(100))];
    const [first, second] = await Promise.allSettled(both);
    expect([first?.status, second?.status]).toEqual(['fulfilled', 'rejected']);
    await limit.execute(request(100));
    expect(limit.getStats().costUsd).toBeCloseTo(2 * 100e-6, 12);
  });

  it('reserve the price of routes that a router was given later', async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    const step = () => promise;
    const options = { strategy: () => 'only', defaultRoute: 'only' } as const;
    const router = new RouterPrimitive({ only: { step, price: MINI_USD } }, options);
    const limit = new LimitPrimitive(router, { key: 'tenant', budget: { limitUsd: 0.15, windowMs: DAY_MS } });
    const before = limit.execute(request(100));
    router.replaceRoutes({ only: { step, price: { inputPerMillionUsd: 1_000, outputPerMillionUsd: 1_000 } } });
    const first = limit.execute(request(100));
    const second = refusalOf(limit.execute(request(100)));
    resolve(answer(100));
    await Promise.all([before, first]);
    expect(await second).toMatchObject({ limit: 'budget' });
  });

  it('of an unknown price let one request through at a time and are counted as unpriced', async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    const limit = new LimitPrimitive(() => promise, { key: 'tenant', budget: { limitUsd: 1, windowMs: DAY_MS } });
    const first = limit.execute('a question');
    expect(await refusalOf(limit.execute('another'))).toMatchObject({ limit: 'budget' });
    resolve({ ...answer(10), model: 'of-no-list' });
    await first;
    expect(limit.getStats()).toMatchObject({ unpriced: 1, costUsd: 0 });
    await limit.execute('another');
  });
});

describe('what runs at once', () => {
  it('is limited until a stream has ended', async () => {
    const limit = new LimitPrimitive(async () => stream(1), { key: 'tenant', concurrent: 1 });
    const first = await limit.execute('one');
    expect(await refusalOf(limit.execute('two'))).toMatchObject({ limit: 'concurrent', retryAfterMs: 1_000 });
    await readAll(first);
    await readAll(await limit.execute('two'));
  });

  it('counts work that ignores its signal until it returns, though its caller leaves at once', async () => {
    const work = Promise.withResolvers<string>();
    const limit = new LimitPrimitive(() => work.promise, { key: 'tenant', concurrent: 1 });
    const caller = new AbortController();
    const left = limit.execute('one', new WorkflowContext({ signal: caller.signal }));
    caller.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    expect((await refusalOf(limit.execute('two'))).limit).toBe('concurrent');
    work.resolve('late');
    await expect.poll(() => limit.getStats().running).toBe(0);
    await expect(limit.execute('two')).resolves.toBe('late');
  });
});

describe('a key', () => {
  const inTurn = async (key: ConstructorParameters<typeof LimitPrimitive>[1]['key'], ...asked: [object, object?][]) => {
    const limit = new LimitPrimitive(() => 'answer', { key, requestsPerMinute: 1 });
    const outcomes: boolean[] = [];
    for (const [init, input = {}] of asked) {
      const done = limit.execute(input, new WorkflowContext(init));
      outcomes.push(
        await done.then(
          () => true,
          () => false,
        ),
      );
    }
    return outcomes;
  };

  it('is the tenant, the user of a tenant, a tag, all tags or the model', async () => {
    expect(await inTurn('tenant', [{ tenantId: 'a' }], [{ tenantId: 'b' }], [{ tenantId: 'a' }])).toEqual([
      true,
      true,
      false,
    ]);
    const users = [
      { tenantId: 'a', userId: 'u' },
      { tenantId: 'b', userId: 'u' },
      { tenantId: 'a', userId: 'u' },
    ];
    expect(await inTurn('user', ...users.map((user): [object] => [user]))).toEqual([true, true, false]);
    const tags = (team: string, run: string): [object] => [{ tags: { team, run } }];
    expect(await inTurn('tag:team', tags('a', '1'), tags('b', '1'), tags('a', '2'))).toEqual([true, true, false]);
    expect(await inTurn('tag', tags('a', '1'), tags('a', '2'), tags('a', '1'))).toEqual([true, true, false]);
    const model = (name: string): [object, object] => [{}, { ...request(), model: name }];
    expect(await inTurn('model', model('m'), model('n'), model('m'))).toEqual([true, true, false]);
  });

  it('is one for all requests that have none', async () => {
    expect(await inTurn('tenant', [{}], [{}])).toEqual([true, false]);
    expect(await inTurn(() => undefined, [{}], [{}])).toEqual([true, false]);
  });

  it('must be a string', async () => {
    const limit = new LimitPrimitive(() => 'answer', { key: (() => 7) as never, requestsPerMinute: 1 });
    await expect(limit.execute('one')).rejects.toThrow(
      /what key\(\) returns must be a string or undefined, but it is 7/,
    );
  });
});

describe('a store', () => {
  it('counts primitives of one operation together, and those of others apart', async () => {
    const store = memoryLimits();
    const of = (operation: string) =>
      new LimitPrimitive(() => 'answer', { key: 'tenant', requestsPerMinute: 1, store, operation });
    await of('chat').execute('one');
    await of('search').execute('one');
    expect((await refusalOf(of('chat').execute('two'))).operation).toBe('chat');
  });

  it('that decides later has its reservation back if the caller leaves meanwhile', async () => {
    const deciding = Promise.withResolvers<void>();
    const release = vi.fn();
    const store: LimitStore = {
      async reserve() {
        await deciding.promise;
        return { isAllowed: true, isLocal: true, settle: () => {}, release };
      },
      close: async () => {},
    };
    const step = vi.fn(() => 'answer');
    const limit = new LimitPrimitive(step, { key: 'tenant', requestsPerMinute: 1, store });
    const caller = new AbortController();
    const left = limit.execute('one', new WorkflowContext({ signal: caller.signal }));
    caller.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    deciding.resolve();
    await expect.poll(() => release).toHaveBeenCalledTimes(1);
    expect(step).not.toHaveBeenCalled();
    expect(limit.getStats()).toMatchObject({ total: 1, cancelled: 1, allowed: 0 });
    await limit.execute('two');
    expect(limit.getStats().local).toBe(1);
  });

  it('is closed by its owner alone', async () => {
    const close = vi.fn(async () => {});
    const store: LimitStore = { ...memoryLimits(), close };
    await new LimitPrimitive(() => 'answer', {
      key: 'tenant',
      concurrent: 1,
      store: { ...store, reserve: vi.fn() },
    }).close();
    expect(close).not.toHaveBeenCalled();
    const own = new LimitPrimitive(() => 'answer', { key: 'tenant', concurrent: 1 });
    await own.close();
    await own.close();
  });
});

describe('around and inside other primitives', () => {
  it('refuses inside a model call without a call', async () => {
    const limit = new LimitPrimitive(() => answer(1), { key: 'tenant', requestsPerMinute: 1 });
    const { context, report } = withReport();
    const call = modelCall(limit);
    await call.execute(request());
    await refusalOf(call.execute(request(), context));
    expect(JSON.stringify((await report).executions)).toContain('"refused"');
  });

  it('refuses one tenant of a route without cooling the route down for others', async () => {
    const limit = new LimitPrimitive(() => answer(1), { key: 'tenant', requestsPerMinute: 1 });
    const router = new RouterPrimitive(
      { only: limit as Step<unknown, unknown>, other: () => 'other' },
      { strategy: () => 'only', defaultRoute: 'only', fallback: true },
    );
    await router.execute(request(), tenant('a'));
    for (let count = 0; count < 5; count += 1) expect(await router.execute(request(), tenant('a'))).toBe('other');
    expect(await router.execute(request(), tenant('b'))).not.toBe('other');
  });
});

it('states what it decided, and counts add up', async () => {
  using recording = recordingObserver();
  const limit = new LimitPrimitive(() => 'answer', { key: 'tenant', requestsPerMinute: 1, operation: 'chat' });
  await limit.execute('one');
  await refusalOf(limit.execute('two'));
  await limit.execute('three', new WorkflowContext({ signal: AbortSignal.abort(new Error('left')) })).catch(() => {});
  expect(recording.factsOf('limit.outcome')).toEqual(['allowed', 'refused', 'cancelled']);
  expect(recording.factsOf('limit.running')).toEqual([1, -1]);
  expect(limit.getStats()).toEqual({
    operation: 'chat',
    ...{ total: 3, allowed: 1, refused: 1, cancelled: 1, local: 0, running: 0, tokens: 0, costUsd: 0, unpriced: 0 },
    refusedBy: { requests: 1, tokens: 0, concurrent: 0, budget: 0 },
  });
  expect(String(limit)).toBe('LimitPrimitive(chat: 1/3 refused, 0 running)');
  expect(limit.describe()).toMatchObject({ kind: 'limit', parts: [{ kind: 'step' }], warnings: [] });
});

it.each<[object, RegExp]>([
  [{ key: 'tenant' }, /at least one of requestsPerMinute, tokensPerMinute, concurrent, budget must be given/],
  [
    { key: 'tennant', concurrent: 1 },
    /LimitPrimitive: key must be 'tenant', 'user', 'model', 'tag', 'tag:NAME' or a function/,
  ],
  [{ concurrent: 1 }, /LimitPrimitive: key must be/],
  [{ key: 'tenant', requestsPerMinute: 0 }, /requestsPerMinute must be/],
  [{ key: 'tenant', rpm: 5 }, /rpm/],
  [{ key: 'tenant', budget: { limitUsd: 5 } }, /budget.windowMs must be/],
  [{ key: 'tenant', budget: 5 }, /budget must be an object with limitUsd and windowMs, but it is 5/],
  [{ key: 'tenant', concurrent: 1, store: {} }, /store/],
])('refuses %j by name', (options, message) => {
  expect(() => new LimitPrimitive(() => 'answer', options as never)).toThrow(message);
});
