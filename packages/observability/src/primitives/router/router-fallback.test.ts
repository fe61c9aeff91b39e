import {
  BulkheadPrimitive,
  CircuitBreakerPrimitive,
  FallbackPrimitive,
  RetryPrimitive,
  type Step,
  sequence,
  WorkflowContext,
} from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { never } from './__fixtures__/routing.ts';
import type { RouterOptions } from './router-options.ts';
import { RouterPrimitive } from './router-primitive.ts';

/** An error as SDKs throw it. */
const httpError = (status: number, headers: Record<string, string> = {}): Error =>
  Object.assign(new Error(`status ${status}`), { status, headers });

const overloaded = httpError(503);

const failing =
  (error: unknown = overloaded) =>
  (): Promise<string> =>
    Promise.reject(error);

type Names = 'a' | 'b' | 'c';

function routerOf(
  { a = failing(), b = () => 'b', c = () => 'c' }: Partial<Record<Names, Step<string, string>>> = {},
  options: Partial<RouterOptions<string, Names>> = {},
): RouterPrimitive<string, string, Names> {
  return new RouterPrimitive({ a, b, c }, { strategy: () => 'a', defaultRoute: 'a', fallback: true, ...options });
}

describe('a RouterPrimitive with a fallback', () => {
  it('goes on to the next route when one fails for a reason that may pass', async () => {
    using recording = recordingObserver();
    const router = routerOf();
    await expect(router.execute('')).resolves.toBe('b');
    expect(recording.factsOf('router.route')).toEqual(['a', 'b']);
    expect(recording.factsOf('router.reason')).toEqual(['routing_function']);
    expect(recording.factsOf('router.errorType')).toEqual(['http_5xx']);
    expect(recording.factsOf('router.fallback')).toEqual([{ route: 'a', errorType: 'http_5xx' }]);
    expect(router.getStats().routes).toMatchObject({
      a: { decisions: 1, attempts: 1, fallbacks: 1, errors: 1 },
      b: { decisions: 0, attempts: 1, fallbacks: 0, errors: 0 },
      c: { decisions: 0, attempts: 0 },
    });
  });

  it.each<[string, unknown]>([
    ['a request that is wrong', httpError(400)],
    ['an error of the program', new TypeError('undefined is not a function')],
  ])('throws the error of %s at once, untouched', async (_, error) => {
    const router = routerOf({ a: failing(error) });
    await expect(router.execute('')).rejects.toBe(error);
    expect(router.getStats().routes.b.attempts).toBe(0);
  });

  it('asks a predicate of one’s own, and throws what that throws with what it was asked about', async () => {
    const wrong = httpError(404);
    const router = routerOf({ a: failing(wrong) }, { fallback: { when: (error) => error === wrong } });
    await expect(router.execute('')).resolves.toBe('b');
    const mistake = new Error('no idea');
    const broken = routerOf(
      {},
      {
        fallback: {
          when: () => {
            throw mistake;
          },
        },
      },
    );
    await expect(broken.execute('')).rejects.toMatchObject({ errors: [overloaded, mistake], cause: overloaded });
  });

  it('throws every error, in the order tried, with the first as cause, when all fail', async () => {
    const [limited, down] = [httpError(429), httpError(500)];
    const router = routerOf({ b: failing(limited), c: failing(down) });
    const error = await router.execute('').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AggregateError);
    expect(error).toMatchObject({ errors: [overloaded, limited, down], cause: overloaded });
    expect(router.getStats().routes).toMatchObject({
      a: { errors: 1 },
      b: { errors: 1 },
      c: { errors: 1, fallbacks: 0 },
    });
  });

  it('tries routes in the order given, and no more than it may', async () => {
    await expect(routerOf({}, { fallback: ['c', 'b'] }).execute('')).resolves.toBe('c');
    const once = routerOf({ b: failing() }, { fallback: { maxAttempts: 2 } });
    await expect(once.execute('')).rejects.toMatchObject({ errors: [overloaded, overloaded] });
    await expect(routerOf({}, { fallback: { routes: [] } }).execute('')).rejects.toBe(overloaded);
  });

  it('tries only routes that the strategy says would do as well, best first', async () => {
    const router = routerOf({}, { strategy: { decide: () => ({ route: 'a', among: ['a', 'c'] }) } });
    await expect(router.execute('')).resolves.toBe('c');
    const given = routerOf({}, { strategy: { decide: () => ({ route: 'a', among: ['a', 'c'] }) }, fallback: ['b'] });
    await expect(given.execute('')).rejects.toBe(overloaded);
  });

  it('asks the strategy before it takes another route, and stays with the first one when that is all there is', async () => {
    const asked: string[] = [];
    const mayTake = (route: string): boolean => {
      asked.push(route);
      return route === 'c';
    };
    const router = routerOf(
      {},
      { strategy: { decide: () => ({ route: 'a', mayTake }) }, cooldown: { failureThreshold: 1 } },
    );
    await expect(router.execute('')).resolves.toBe('c');
    expect(asked).toEqual(['b', 'c']);
    await expect(router.execute('')).resolves.toBe('c');
    expect(router.getStats().routes).toMatchObject({ a: { attempts: 1 }, b: { attempts: 0 }, c: { attempts: 2 } });
    const lonely = routerOf({}, { strategy: { decide: () => ({ route: 'a', mayTake: () => false }) } });
    for (let time = 0; time < 5; time += 1) await expect(lonely.execute('')).rejects.toBe(overloaded);
    expect(lonely.getStats().routes).toMatchObject({ a: { attempts: 5, fallbacks: 0 }, b: { attempts: 0 } });
  });

  it('does not try another route when no time is left', async () => {
    const clock = manualClock();
    const slow = async (): Promise<string> => {
      await new Promise<void>((resolve) => void clock.setTimer(resolve, 100));
      throw overloaded;
    };
    const router = routerOf({ a: slow });
    const answer = router.execute('', new WorkflowContext({ clock, deadline: 100 }));
    const refused = expect(answer).rejects.toBe(overloaded);
    await clock.advance(100);
    await refused;
    expect(router.getStats().routes.b.attempts).toBe(0);
  });

  it('does not try another route for a caller who has left', async () => {
    const controller = new AbortController();
    const left = new Error('left');
    const router = routerOf({
      a: () => {
        controller.abort(left);
        throw overloaded;
      },
    });
    await expect(router.execute('', new WorkflowContext({ signal: controller.signal }))).rejects.toBe(left);
    expect(router.getStats().routes.b.attempts).toBe(0);
  });

  it('does not try another route for work that was stopped because it took too long', async () => {
    const controller = new AbortController();
    const tooSlow = new DOMException('too slow', 'TimeoutError');
    const a = (): never => {
      controller.abort(tooSlow);
      throw tooSlow;
    };
    const router = routerOf({ a });
    await expect(router.execute('', new WorkflowContext({ signal: controller.signal }))).rejects.toBe(tooSlow);
    expect(router.getStats().routes).toMatchObject({ a: { errors: 1 }, b: { attempts: 0 } });
  });

  it('states the provider of each route that is asked', async () => {
    using recording = recordingObserver();
    const router = new RouterPrimitive(
      { a: { step: failing(), provider: 'openai' }, b: { step: failing() }, c: { step: () => 'c', provider: 'groq' } },
      { strategy: () => 'a', defaultRoute: 'a', fallback: true },
    );
    await router.execute('');
    const calls = recording.executions.filter(({ kind }) => kind === 'model_call');
    const providers = calls.map(({ facts }) => facts.find(({ name }) => name === 'llm.provider')?.value);
    expect(providers).toEqual(['openai', undefined, 'groq']);
  });

  it.each<[string, () => Promise<boolean>, string]>([
    ['allows it later', async () => true, 'b'],
    ['refuses it later', async () => false, overloaded.message],
    ['fails', () => Promise.reject(new Error('the store is away')), overloaded.message],
    ['has not answered within the decision timeout', () => never, overloaded.message],
  ])('asks a strategy about the next route that %s', async (_, mayTake, expected) => {
    const clock = manualClock();
    const strategy = { decide: () => ({ route: 'a' as const, mayTake }) };
    const router = routerOf({}, { strategy, fallback: ['b'], decisionTimeoutMs: 100 });
    const outcome = router.execute('', new WorkflowContext({ clock })).catch(({ message }: Error) => message);
    await clock.advance(200);
    await expect(outcome).resolves.toBe(expected);
  });

  it('throws the error of the route when the strategy fails to say whether another may be taken', async () => {
    const mayTake = (): never => {
      throw new Error('no idea');
    };
    const router = routerOf({}, { strategy: { decide: () => ({ route: 'a', mayTake }) } });
    await expect(router.execute('')).rejects.toBe(overloaded);
  });

  it('takes the place of a route whose bulkhead is full, and does not hold that against it', async () => {
    const busy = new BulkheadPrimitive<string, string>(() => never, { maxConcurrent: 1 });
    void busy.execute('');
    const router = routerOf({ a: busy });
    for (let time = 0; time < 5; time += 1) await expect(router.execute('')).resolves.toBe('b');
    expect(router.getStats().routes.a.attempts).toBe(5);
  });

  it('works after the default route was taken for want of a strategy', async () => {
    using recording = recordingObserver();
    const router = routerOf({}, { strategy: () => 'nowhere' });
    await expect(router.execute('')).resolves.toBe('b');
    expect(recording.factsOf('router.reason')).toEqual(['invalid_route_fallback']);
  });

  it.each<[unknown, string]>([
    [5, 'RouterPrimitive: fallback must be true, false, names of routes, or an object, but it is 5'],
    [['d'], 'RouterPrimitive: fallback.routes[0] must be one of the routes (a, b, c), but it is "d"'],
    [{ maxAttempts: 0 }, 'fallback.maxAttempts must be a whole number'],
    [{ when: 5 }, 'fallback.when must be a function'],
    [{ retries: 1 }, 'fallback.retries is not an option'],
  ])('refuses %j', (fallback, message) => {
    expect(() => routerOf({}, { fallback: fallback as never })).toThrow(message);
  });
});

describe('a route that keeps failing', () => {
  const failTimes = async (router: RouterPrimitive<string, string, Names>, times: number, context: WorkflowContext) => {
    for (let time = 0; time < times; time += 1) await router.execute('', context).catch(() => {});
  };

  it('cools down: it is not tried for a while, and then by one request at a time', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const context = new WorkflowContext({ clock });
    let recovered: ((answer: string) => void) | undefined;
    let isUp = false;
    const a = () => (isUp ? new Promise<string>((resolve) => (recovered = resolve)) : failing()());
    const router = routerOf({ a });
    await failTimes(router, 3, context);
    expect(router.getStats().routes.a.attempts).toBe(3);
    await expect(router.execute('', context)).resolves.toBe('b');
    expect(router.getStats().routes.a.attempts).toBe(3);
    expect(recording.factsOf('router.fallback').at(-1)).toEqual({ route: 'a', errorType: 'unavailable' });

    await clock.advance(10_000);
    isUp = true;
    const probe = router.execute('', context);
    await clock.advance(0);
    await expect(router.execute('', context)).resolves.toBe('b');
    recovered?.('a');
    await expect(probe).resolves.toBe('a');
    const next = router.execute('', context);
    await clock.advance(0);
    recovered?.('a');
    await expect(next).resolves.toBe('a');
  });

  it('is tried again although a stream of the time before is still being read', async () => {
    const clock = manualClock();
    const context = new WorkflowContext({ clock });
    let next: () => AsyncGenerator<string> = async function* () {
      yield 'long';
      yield 'stream';
    };
    const router = new RouterPrimitive<string, AsyncGenerator<string>, 'a' | 'b'>(
      {
        a: () => next(),
        b: async function* () {
          yield 'b';
        } as never,
      },
      { strategy: () => 'a', defaultRoute: 'a', fallback: true },
    );
    await router.execute('', context);
    next = () => {
      throw overloaded;
    };
    for (let time = 0; time < 3; time += 1) await router.execute('', context);
    await clock.advance(10_000);
    await router.execute('', context);
    expect(router.getStats().routes.a.attempts).toBe(5);
  });

  it('is left alone for as long as the server asks', async () => {
    const clock = manualClock();
    const context = new WorkflowContext({ clock });
    const router = routerOf({ a: failing(httpError(429, { 'retry-after': '30' })) });
    await failTimes(router, 1, context);
    await clock.advance(29_999);
    await failTimes(router, 1, context);
    expect(router.getStats().routes.a.attempts).toBe(1);
    await clock.advance(1);
    await failTimes(router, 1, context);
    expect(router.getStats().routes.a.attempts).toBe(2);
  });

  it('is not offered to a strategy, and is the strategy’s to take all the same while there is no fallback', async () => {
    const seen: string[][] = [];
    const router = routerOf(
      {},
      {
        fallback: false,
        strategy: {
          decide(_input, _context, candidates) {
            seen.push(candidates.map(({ name }) => name));
            return { route: 'a' };
          },
        },
      },
    );
    await failTimes(router, 4, new WorkflowContext());
    expect(seen).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
    expect(router.getStats().routes.a.attempts).toBe(4);
  });

  it('is tried when all cool down, if it is the one that is due first; an error is never made up', async () => {
    const clock = manualClock();
    const context = new WorkflowContext({ clock });
    const asking = (seconds: number) => failing(httpError(429, { 'retry-after': String(seconds) }));
    const router = routerOf({ a: asking(60), b: asking(20), c: asking(40) });
    await failTimes(router, 1, context);
    await expect(router.execute('', context)).rejects.toMatchObject({ status: 429 });
    expect(router.getStats().routes).toMatchObject({ a: { attempts: 1 }, b: { attempts: 2 }, c: { attempts: 1 } });
  });

  it('is not blamed for wrong requests, nor for callers who leave', async () => {
    const router = routerOf({ a: failing(httpError(400)) });
    await failTimes(router, 10, new WorkflowContext());
    expect(router.getStats().routes.a.attempts).toBe(10);
  });

  it('cools down when it has no right to answer', async () => {
    const router = routerOf({ a: failing(httpError(401)) });
    await failTimes(router, 4, new WorkflowContext());
    expect(router.getStats().routes).toMatchObject({ a: { attempts: 3 }, b: { attempts: 1 } });
  });

  it('never cools down where that is turned off', async () => {
    const router = routerOf({}, { cooldown: false });
    await failTimes(router, 9, new WorkflowContext());
    expect(router.getStats().routes.a.attempts).toBe(9);
  });
});

describe('a route behind a circuit', () => {
  it.each<[string, (circuit: CircuitBreakerPrimitive<string, string>) => Step<string, string>]>([
    ['itself', (circuit) => circuit],
    ['in a retry in a sequence', (circuit) => sequence((text: string) => text, new RetryPrimitive(circuit))],
  ])('is skipped while the circuit is open: %s', async (_, around) => {
    const circuit = new CircuitBreakerPrimitive<string, string>(() => 'a');
    const router = routerOf({ a: around(circuit) });
    circuit.breaker.isolate();
    await expect(router.execute('')).resolves.toBe('b');
    expect(router.getStats().routes.a.attempts).toBe(0);
    circuit.breaker.reset();
    await expect(router.execute('')).resolves.toBe('a');
  });

  it('is taken when it can answer without it', async () => {
    const circuit = new CircuitBreakerPrimitive<string, string>(() => 'a');
    circuit.breaker.isolate();
    const router = routerOf({ a: new FallbackPrimitive(circuit, () => 'alternative') });
    await expect(router.execute('')).resolves.toBe('alternative');
  });

  it('is the last to be tried when nothing else is left', async () => {
    const circuit = new CircuitBreakerPrimitive<string, string>(() => 'a');
    circuit.breaker.isolate();
    const limited = httpError(429, { 'retry-after': '30' });
    const router = new RouterPrimitive(
      { a: circuit, b: failing(limited) },
      { strategy: () => 'a', defaultRoute: 'a', fallback: true },
    );
    for (let time = 0; time < 2; time += 1) await expect(router.execute('')).rejects.toBe(limited);
    expect(router.getStats().routes).toMatchObject({ a: { attempts: 0 }, b: { attempts: 2 } });
  });
});
