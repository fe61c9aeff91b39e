import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { type ManualClock, manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { CachePrimitive, memoryStore } from 'tta-observability-integration/primitives';
import { describe, expect, it } from 'vitest';
import { CacheAdvisorPrimitive } from './cache-advisor-primitive.ts';

const MINUTE_MS = 60_000;
const LIVES = [MINUTE_MS, 60 * MINUTE_MS];

interface Ask {
  readonly prompt: string;
}

const answer = (text: string, finish = 'stop') => ({
  object: 'chat.completion',
  model: 'gpt-4o-mini',
  choices: [{ finish_reason: finish, message: { role: 'assistant', content: text } }],
  usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
});

const PRICE_USD = 0.00021;

const contextOf = (clock: ManualClock, tenantId = 'acme'): WorkflowContext => new WorkflowContext({ clock, tenantId });

const advisor = (finish?: string) =>
  new CacheAdvisorPrimitive(({ prompt }: Ask) => answer(prompt, finish), { operation: 'chat', livesMs: LIVES });

describe('a cache advisor', () => {
  it('asks the step every time, and says what caches would have answered and saved', async () => {
    const clock = manualClock();
    const advised = advisor();
    for (const waitMs of [0, 10_000, 5 * MINUTE_MS]) {
      await clock.advance(waitMs);
      expect(await advised.execute({ prompt: 'a' }, contextOf(clock))).toEqual(answer('a'));
    }
    const { total, costUsd, lives } = advised.getStats();
    expect(total).toBe(3);
    expect(costUsd).toBeCloseTo(3 * PRICE_USD, 12);
    expect(lives.map(({ hits }) => hits)).toEqual([1, 2]);
    expect(lives[1]?.savedUsd).toBeCloseTo(2 * PRICE_USD, 12);
    expect(lives[1]?.savedShare).toBeCloseTo(2 / 3, 12);
    expect(lives[1]?.hitRate.low).toBeLessThan(2 / 3);
    expect(String(advised)).toContain('3 requests');
  });

  it('does not renew a life by a request that it would have answered', async () => {
    const clock = manualClock();
    const advised = advisor();
    for (let index = 0; index < 3; index += 1) {
      await advised.execute({ prompt: 'a' }, contextOf(clock));
      await clock.advance(40_000);
    }
    expect(advised.getStats().lives[0]?.hits).toBe(1);
  });

  it('tells tenants apart', async () => {
    const clock = manualClock();
    const advised = advisor();
    await advised.execute({ prompt: 'a' }, contextOf(clock, 'acme'));
    await advised.execute({ prompt: 'a' }, contextOf(clock, 'globex'));
    expect(advised.getStats().lives.map(({ hits }) => hits)).toEqual([0, 0]);
  });

  it('takes an answer that a cache would refuse for none', async () => {
    const clock = manualClock();
    const advised = advisor('length');
    await advised.execute({ prompt: 'a' }, contextOf(clock));
    await advised.execute({ prompt: 'a' }, contextOf(clock));
    expect(advised.getStats()).toMatchObject({ total: 2, uncacheable: 2, lives: [{ hits: 0 }, { hits: 0 }] });
  });

  it('passes errors on, and counts them as answers that no cache would store', async () => {
    const failure = new Error('down');
    const advised = new CacheAdvisorPrimitive((_ask: Ask): never => {
      throw failure;
    });
    await expect(advised.execute({ prompt: 'a' })).rejects.toBe(failure);
    expect(advised.getStats()).toMatchObject({ total: 1, uncacheable: 1, costUsd: 0 });
  });

  it('prices a stream when it has ended, and takes one that was left for uncacheable', async () => {
    const clock = manualClock();
    const chunks = [
      {
        object: 'chat.completion.chunk',
        model: 'gpt-4o-mini',
        choices: [{ delta: { content: 'a' }, finish_reason: 'stop' }],
      },
      { object: 'chat.completion.chunk', model: 'gpt-4o-mini', choices: [], usage: answer('a').usage },
    ];
    const advised = new CacheAdvisorPrimitive(
      async function* (_ask: Ask) {
        yield* chunks;
      },
      { livesMs: LIVES },
    );
    for await (const _chunk of await advised.execute({ prompt: 'a' }, contextOf(clock))) break;
    for (let index = 0; index < 2; index += 1) {
      const seen: unknown[] = [];
      for await (const chunk of await advised.execute({ prompt: 'a' }, contextOf(clock))) seen.push(chunk);
      expect(seen).toEqual(chunks);
    }
    expect(advised.getStats()).toMatchObject({ total: 3, uncacheable: 1, lives: [{ hits: 1 }, { hits: 1 }] });
    expect(advised.getStats().lives[0]?.savedUsd).toBeCloseTo(PRICE_USD, 12);
  });

  it('takes a stream that was cut for uncacheable, as the cache does', async () => {
    const advised = new CacheAdvisorPrimitive(
      async function* (_ask: Ask) {
        yield { object: 'chat.completion.chunk', choices: [{ delta: { content: 'a' }, finish_reason: 'length' }] };
      },
      { livesMs: LIVES },
    );
    for await (const _ of await advised.execute({ prompt: 'a' }));
    expect(advised.getStats()).toMatchObject({ total: 1, uncacheable: 1 });
  });

  it('counts what has no price, and does not look up what has no key', async () => {
    const clock = manualClock();
    const advised = new CacheAdvisorPrimitive((input: unknown) => [input], { livesMs: LIVES });
    await advised.execute('a', contextOf(clock));
    await advised.execute('a', contextOf(clock));
    await advised.execute(() => {}, contextOf(clock));
    expect(advised.getStats()).toMatchObject({
      total: 3,
      bypasses: 1,
      costUsd: 0,
      lives: [{ hits: 1, unpriced: 1 }, {}],
    });
  });

  it('states what caches would have made of a request', async () => {
    const clock = manualClock();
    using recording = recordingObserver();
    const advised = advisor();
    for (let index = 0; index < 2; index += 1) {
      await advised.execute({ prompt: 'a' }, contextOf(clock));
      await clock.advance(2 * MINUTE_MS);
    }
    expect(recording.factsOf('cacheAdvisor.operation')).toEqual(['chat', 'chat']);
    expect(recording.factsOf('cacheAdvisor.request')).toEqual([
      { hitWithinMs: [], costUsd: expect.closeTo(PRICE_USD, 12) },
      { hitWithinMs: [60 * MINUTE_MS], costUsd: expect.closeTo(PRICE_USD, 12) },
    ]);
  });

  it('says of any traffic what a cache then does with it', async () => {
    const requests = fc.array(fc.record({ prompt: fc.constantFrom('a', 'b', 'c'), waitMs: fc.nat(100_000) }), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(requests, async (asks) => {
        const clock = manualClock();
        const advised = advisor();
        const cache = new CachePrimitive(({ prompt }: Ask) => answer(prompt), {
          operation: 'chat',
          ttlMs: MINUTE_MS,
          ttlJitter: 0,
          store: memoryStore({ clock }),
        });
        for (const { prompt, waitMs } of asks) {
          await clock.jump(waitMs);
          await advised.execute({ prompt }, contextOf(clock));
          await cache.execute({ prompt }, contextOf(clock));
        }
        const life = advised.getStats().lives[0];
        expect(life?.hits).toBe(cache.getStats().hits);
        expect(life?.savedUsd).toBeCloseTo(cache.getStats().costSavingsUsd, 12);
      }),
      { numRuns: 50 },
    );
  });

  it.each<[object, string]>([
    [{ livesMs: [] }, 'livesMs must be a list of 1 to 8 different durations'],
    [{ livesMs: [0] }, 'livesMs must be a number above 0'],
    [{ livesMs: 60_000 }, 'livesMs must be a list'],
    [{ livesMs: [60_000, 60_000] }, 'livesMs must be a list of 1 to 8 different durations'],
    [{ ttlMs: 60_000 }, 'CacheAdvisorPrimitive: ttlMs is not an option'],
    [{ maxRequests: 0 }, 'maxRequests must be a whole number at least 1'],
    [{ scope: 'everybody' }, "scope must be 'tenant'"],
  ])('refuses %o', (options, sentence) => {
    expect(() => new CacheAdvisorPrimitive(() => 1, options)).toThrow(sentence);
  });
});
