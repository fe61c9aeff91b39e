import { WorkflowContext } from 'tta-dev-primitives';
import { type ManualClock, manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { answered } from './__fixtures__/routing.ts';
import { RouterPrimitive } from './router-primitive.ts';
import { byLatency } from './strategies/by-latency.ts';
import { byLeastBusy } from './strategies/by-least-busy.ts';
import { byRules } from './strategies/by-rules.ts';
import { firstOf } from './strategies/first-of.ts';

const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 10 };

const after = async <T>(clock: ManualClock, ms: number, value: T): Promise<T> => {
  await new Promise<void>((resolve) => void clock.setTimer(resolve, ms));
  return value;
};

async function* slowly(clock: ManualClock, beginsMs: number, endsMs: number): AsyncGenerator<string> {
  yield await after(clock, beginsMs, 'begun');
  yield await after(clock, endsMs - beginsMs, 'ended');
}

describe('a router by latency', () => {
  it('compares streams by their first chunk and other answers as a whole', async () => {
    const clock = manualClock();
    const router = new RouterPrimitive<string, unknown, 'stream' | 'whole'>(
      { stream: () => slowly(clock, 100, 5_000), whole: () => after(clock, 500, 'answer') },
      { strategy: byLatency(), defaultRoute: 'whole' },
    );
    const execute = async (): Promise<void> => {
      const output = await router.execute('', new WorkflowContext({ clock }));
      if (typeof output === 'object') for await (const _ of output as AsyncIterable<unknown>);
    };
    for (let time = 0; time < 4; time += 1) {
      const running = execute();
      await clock.advance(5_000);
      await running;
    }
    expect(router.getStats().routes).toMatchObject({ stream: { decisions: 3 }, whole: { decisions: 1 } });
  });

  it('knows how soon a route begins a stream apart from how soon it gives a whole answer', async () => {
    const clock = manualClock();
    const answering = (beginsMs: number, endsMs: number) => (request: { readonly stream: boolean }) =>
      request.stream ? slowly(clock, beginsMs, endsMs) : after(clock, endsMs, 'answer');
    const router = new RouterPrimitive<{ readonly stream: boolean }, unknown, 'early' | 'short'>(
      { early: answering(50, 5_000), short: answering(300, 1_000) },
      { strategy: byLatency(), defaultRoute: 'early' },
    );
    const decisions: string[] = [];
    for (let time = 0; time < 12; time += 1) {
      const before = router.getStats().routes.early.decisions;
      const request = { stream: time % 2 === 0 };
      const running = router.execute(request, new WorkflowContext({ clock })).then(async (output) => {
        if (request.stream) for await (const _ of output as AsyncIterable<unknown>);
      });
      await clock.advance(5_000);
      await running;
      decisions.push(router.getStats().routes.early.decisions > before ? 'early' : 'short');
    }
    expect(decisions.slice(4)).toEqual(Array(4).fill(['early', 'short']).flat());
  });

  it('leaves a route that turned slow once a tenth of its newest answers say so', async () => {
    const clock = manualClock();
    let slowMs = 100;
    const router = new RouterPrimitive(
      { turning: () => after(clock, slowMs, 'turning'), steady: () => after(clock, 300, 'steady') },
      { strategy: byLatency(), defaultRoute: 'turning' },
    );
    const execute = async (): Promise<string> => {
      const answer = router.execute('', new WorkflowContext({ clock }));
      await clock.advance(1_000);
      return answer;
    };
    for (let time = 0; time < 21; time += 1) await execute();
    slowMs = 1_000;
    const answers: string[] = [];
    for (let time = 0; time < 10; time += 1) answers.push(await execute());
    expect(answers.lastIndexOf('turning')).toBeLessThan(3);
  });

  it('leaves a route that turned slow before its first slow answer, once too many requests wait there', async () => {
    const clock = manualClock();
    let slowMs = 100;
    const router = new RouterPrimitive(
      { turning: () => after(clock, slowMs, 'turning'), steady: () => after(clock, 150, 'steady') },
      { strategy: byLatency(), defaultRoute: 'turning' },
    );
    const ask = async (): Promise<string> => {
      const before = router.getStats().routes.turning.decisions;
      void router.execute('', new WorkflowContext({ clock }));
      const isTurning = router.getStats().routes.turning.decisions > before;
      await clock.advance(100);
      return isTurning ? 'turning' : 'steady';
    };
    for (let time = 0; time < 200; time += 1) await ask();
    slowMs = 60_000;
    const decisions: string[] = [];
    for (let time = 0; time < 100; time += 1) decisions.push(await ask());
    expect(decisions.lastIndexOf('turning')).toBeLessThan(20);
    await clock.advance(60_000);
  });

  it('tries a slow route again after five minutes', async () => {
    const clock = manualClock();
    let slowMs = 900;
    const router = new RouterPrimitive(
      { slow: () => after(clock, slowMs, 'slow'), fast: () => after(clock, 100, 'fast') },
      { strategy: byLatency(), defaultRoute: 'slow' },
    );
    const execute = async (): Promise<string> => {
      const answer = router.execute('', new WorkflowContext({ clock }));
      await clock.advance(1_000);
      return answer;
    };
    expect([await execute(), await execute(), await execute(), await execute()]).toEqual([
      'slow',
      'fast',
      'fast',
      'fast',
    ]);
    slowMs = 10;
    await clock.advance(300_000);
    expect([await execute(), await execute(), await execute()]).toEqual(['slow', 'fast', 'slow']);
  });
});

describe('a router by latency whose callers do not wait', () => {
  const left = new Error('left');
  const outOfTime = new DOMException('too late', 'TimeoutError');
  const heard = (clock: ManualClock, ms: number, { signal }: WorkflowContext): Promise<string> =>
    new Promise((resolve, reject) => {
      const timer = clock.setTimer(() => resolve('answer'), ms);
      signal.addEventListener('abort', () => {
        timer.cancel();
        reject(signal.reason);
      });
    });

  async function* stream(clock: ManualClock, ms: number, context: WorkflowContext): AsyncGenerator<string> {
    yield await heard(clock, ms, context);
  }

  /** Twenty requests in turn, whose callers leave after 50 ms, against a route that takes two seconds and one that takes five milliseconds. */
  async function decisionsOf(answer: typeof heard | typeof stream, reason: Error): Promise<object> {
    const clock = manualClock();
    const router = new RouterPrimitive<string, unknown, 'slow' | 'fast'>(
      {
        slow: (_, context) => answer(clock, 2_000, context),
        fast: (_, context) => answer(clock, 5, context),
      },
      { strategy: byLatency(), defaultRoute: 'slow' },
    );
    const ask = async (signal: AbortSignal): Promise<void> => {
      const output = await router.execute('', new WorkflowContext({ clock, signal }));
      if (typeof output === 'object') for await (const _ of output as AsyncIterable<unknown>);
    };
    for (let time = 0; time < 20; time += 1) {
      const controller = new AbortController();
      const asked = ask(controller.signal).catch(() => {});
      await clock.advance(50);
      controller.abort(reason);
      await asked;
    }
    const { slow, fast } = router.getStats().routes;
    return { slow: slow.decisions, fast: fast.decisions };
  }

  it.each([
    ['whole answers, by callers who leave', heard, left],
    ['whole answers, by a deadline', heard, outOfTime],
    ['streams, by callers who leave', stream, left],
    ['streams, by a deadline', stream, outOfTime],
  ])('learns that a route is slow from %s', async (_, answer, reason) => {
    expect(await decisionsOf(answer, reason)).toEqual({ slow: 1, fast: 19 });
  });

  it('learns nothing from callers who leave a stream that has begun', async () => {
    const clock = manualClock();
    const router = new RouterPrimitive<string, AsyncGenerator<string>, 'slow' | 'fast'>(
      { slow: () => slowly(clock, 20, 2_000), fast: () => slowly(clock, 5, 2_000) },
      { strategy: byLatency(), defaultRoute: 'slow' },
    );
    for (let time = 0; time < 10; time += 1) {
      const controller = new AbortController();
      const reading = (async () => {
        const output = await router.execute('', new WorkflowContext({ clock, signal: controller.signal }));
        for await (const _ of output);
      })().catch(() => {});
      await clock.advance(50);
      controller.abort(left);
      await reading;
    }
    expect(router.getStats().routes).toMatchObject({ slow: { decisions: 1 }, fast: { decisions: 9 } });
  });

  it('learns it from a timeout within the route too, and from no other failure', async () => {
    const clock = manualClock();
    const context = new WorkflowContext({ clock });
    const failing = (error: Error) => async (): Promise<string> => {
      await after(clock, 50, '');
      throw error;
    };
    const decisions = async (error: Error): Promise<number> => {
      const router = new RouterPrimitive<string, string, 'slow' | 'fast'>(
        { slow: failing(error), fast: () => after(clock, 5, 'answer') },
        { strategy: byLatency(), defaultRoute: 'slow', cooldown: false },
      );
      for (let time = 0; time < 10; time += 1) {
        const asked = router.execute('', context).catch(() => {});
        await clock.advance(50);
        await asked;
      }
      return router.getStats().routes.slow.decisions;
    };
    expect([await decisions(outOfTime), await decisions(new Error('broken'))]).toEqual([1, 9]);
  });
});

describe('a router by load', () => {
  it('counts a stream as under way until it has ended', async () => {
    const clock = manualClock();
    const router = new RouterPrimitive<string, AsyncGenerator<string>, 'a' | 'b'>(
      { a: () => slowly(clock, 0, 10), b: () => slowly(clock, 0, 10) },
      { strategy: byLeastBusy(), defaultRoute: 'a' },
    );
    const context = new WorkflowContext({ clock });
    const streams = [await router.execute('', context), await router.execute('', context)];
    expect(router.getStats().routes).toMatchObject({ a: { attempts: 1 }, b: { attempts: 1 } });
    await streams[1]?.return(undefined);
    await router.execute('', context);
    expect(router.getStats().routes).toMatchObject({ a: { attempts: 1 }, b: { attempts: 2 } });
  });

  it('takes turns while there is little to do', async () => {
    const router = new RouterPrimitive(
      { a: () => 'a', b: () => 'b', c: () => 'c' },
      { strategy: byLeastBusy(), defaultRoute: 'a' },
    );
    const taken: string[] = [];
    for (let time = 0; time < 6; time += 1) taken.push(await router.execute(''));
    expect(taken).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });
});

describe('what a router expects an answer to cost', () => {
  it('is stated, and kept apart from what it did cost', async () => {
    using recording = recordingObserver();
    const router = new RouterPrimitive(
      { only: { step: (_prompt: string) => answered(50, 1_000), price } },
      { strategy: () => 'only', defaultRoute: 'only' },
    );
    const prompt = 'x'.repeat(400); // 100 tokens at first, and then 50, as answers tell
    await router.execute(prompt);
    await router.execute(prompt);
    const [first, second] = recording.factsOf('router.estimatedCostUsd');
    expect(first).toBeCloseTo((100 + 256 * 10) / 1e6, 12);
    expect(second).toBeCloseTo((50 + 1_000 * 10) / 1e6, 12);
    const { costUsd, estimatedCostUsd } = router.getStats().routes.only;
    expect(costUsd).toBeCloseTo((2 * (50 + 1_000 * 10)) / 1e6, 12);
    expect(estimatedCostUsd).toBeCloseTo((first ?? 0) + (second ?? 0), 12);
  });

  it('is not stated when the price is not known', async () => {
    using recording = recordingObserver();
    const router = new RouterPrimitive({ only: () => 'answer' }, { strategy: () => 'only', defaultRoute: 'only' });
    await router.execute('');
    expect(recording.factsOf('router.estimatedCostUsd')).toEqual([]);
    expect(router.getStats().routes.only.estimatedCostUsd).toBe(0);
  });

  it('is looked up in the price source under few different usages', async () => {
    const asked = new Set<string>();
    const prices = {
      price: (usage: object) => {
        asked.add(JSON.stringify(usage));
        return null;
      },
    };
    const router = new RouterPrimitive(
      { only: { step: (_prompt: string) => 'answer', model: 'm' } },
      { strategy: () => 'only', defaultRoute: 'only', prices },
    );
    for (let length = 4_000; length < 4_400; length += 1) await router.execute('x'.repeat(length));
    expect(asked.size).toBeLessThan(15);
  });
});

describe('a router whose strategy has no opinion', () => {
  it('takes its default route, or the first that is left when that is ruled out', async () => {
    using recording = recordingObserver();
    const routes = {
      text: { step: () => 'text', limits: { modalities: ['text'] } },
      any: () => 'any',
    } as const;
    const router = new RouterPrimitive<unknown, string, 'text' | 'any'>(routes, {
      strategy: firstOf(byRules()),
      defaultRoute: 'text',
    });
    const image = { messages: [{ role: 'user', content: [{ type: 'image' }] }] };
    expect([await router.execute('hello'), await router.execute(image)]).toEqual(['text', 'any']);
    expect(recording.factsOf('router.reason')).toEqual(['default_route', 'constraints']);
  });

  it('takes its default route when none can take the request', async () => {
    using recording = recordingObserver();
    const router = new RouterPrimitive<unknown, string, 'only'>(
      { only: { step: () => 'only', limits: { tools: false } } },
      { strategy: byRules(), defaultRoute: 'only' },
    );
    await expect(router.execute({ prompt: '', tools: [{}] })).resolves.toBe('only');
    expect(recording.factsOf('router.reason')).toEqual(['no_route_fits']);
  });
});

describe('the reader of prompts', () => {
  it('may be one’s own, and its failure costs nothing but what it would have told', async () => {
    const reported: unknown[] = [];
    const failure = new Error('unreadable');
    const router = new RouterPrimitive<string, string, 'a' | 'b'>(
      { a: () => 'a', b: () => 'b' },
      {
        strategy: byRules([{ route: 'b', when: ({ text }) => text === 'HELLO' }]),
        defaultRoute: 'a',
        promptOf: (input) => {
          if (input === '') throw failure;
          return {
            text: input.toUpperCase(),
            characters: 5,
            hasTools: false,
            modalities: new Set(['text']),
            maxOutputTokens: undefined,
          };
        },
        onStrategyError: (error) => reported.push(error),
      },
    );
    expect([await router.execute('hello'), await router.execute('')]).toEqual(['b', 'a']);
    expect(reported).toEqual([failure]);
  });
});

describe('a strategy that names routes', () => {
  it('is refused by a router that has not all of them', () => {
    const strategy = byRules([{ route: 'strnog' }]) as never;
    expect(() => new RouterPrimitive({ fast: () => '', strong: () => '' }, { strategy, defaultRoute: 'fast' })).toThrow(
      'each route that strategy names must be one of the routes (fast, strong), but it is "strnog"',
    );
  });
});
