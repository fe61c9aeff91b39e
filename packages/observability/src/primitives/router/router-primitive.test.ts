import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import type { RouterOptions } from './router-options.ts';
import { RouterPrimitive } from './router-primitive.ts';
import type { RoutingStrategy } from './strategy.ts';

const routes = { fast: (text: string) => `fast ${text}`, strong: (text: string) => `strong ${text}` };

type Options = RouterOptions<string, keyof typeof routes>;

function routerBy(strategy: Options['strategy'], options: Partial<Options> = {}): RouterPrimitive<string, string> {
  return new RouterPrimitive(routes, { strategy, defaultRoute: 'fast', ...options });
}

const untyped = (value: unknown): Options['strategy'] => (() => value) as unknown as Options['strategy'];

const never = new Promise<never>(() => {});

describe('RouterPrimitive', () => {
  it.each([
    ['synchronous', () => 'strong'],
    ['asynchronous', async () => 'strong'],
  ])('takes the route that a %s function names', async (_, strategy) => {
    using recording = recordingObserver();
    await expect(routerBy(strategy).execute('hello')).resolves.toBe('strong hello');
    expect(recording.factsOf('router.route')).toEqual(['strong']);
    expect(recording.factsOf('router.reason')).toEqual(['routing_function']);
  });

  it('calls the route before it returns if the strategy answers at once', async () => {
    const called: string[] = [];
    const router = new RouterPrimitive(
      { fast: (text: string) => called.push(text) },
      { strategy: () => 'fast', defaultRoute: 'fast' },
    );
    const output = router.execute('hello');
    expect(called).toEqual(['hello']);
    await expect(output).resolves.toBe(1);
  });

  it('gives the strategy the input and the context', async () => {
    const router = routerBy((text, context) =>
      text === 'hard' || context.tags['tier'] === 'gold' ? 'strong' : 'fast',
    );
    await expect(router.execute('easy')).resolves.toBe('fast easy');
    await expect(router.execute('hard')).resolves.toBe('strong hard');
    await expect(router.execute('easy', new WorkflowContext({ tags: { tier: 'gold' } }))).resolves.toBe('strong easy');
  });

  it.each(['unknown', '', '__proto__', 'toString', 'constructor', 'hasOwnProperty', undefined, null, 5, {}, ['fast']])(
    'takes the default route when the strategy names %j',
    async (name) => {
      using recording = recordingObserver();
      await expect(routerBy(untyped(name)).execute('hello')).resolves.toBe('fast hello');
      expect(recording.factsOf('router.route')).toEqual(['fast']);
      expect(recording.factsOf('router.reason')).toEqual(['invalid_route_fallback']);
    },
  );

  it.each([
    [
      'throws',
      () => {
        throw new Error('no idea');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no idea'))],
  ])('takes the default route when the strategy %s, and tells why', async (_, strategy) => {
    using recording = recordingObserver();
    const reported: unknown[] = [];
    const router = routerBy(strategy, { onStrategyError: (error) => reported.push(error) });
    await expect(router.execute('hello')).resolves.toBe('fast hello');
    expect(recording.factsOf('router.reason')).toEqual(['routing_error_fallback']);
    expect(reported).toEqual([new Error('no idea')]);
  });

  it('does its work even when the report of a failed strategy fails', async () => {
    const onStrategyError = (): never => {
      throw new Error('no log');
    };
    const router = routerBy(() => Promise.reject(new Error('no idea')), { onStrategyError });
    await expect(router.execute('hello')).resolves.toBe('fast hello');
  });

  it('hears the rejection of a report that is asynchronous', async () => {
    const onStrategyError = async (): Promise<never> => {
      throw new Error('no log');
    };
    const router = routerBy(() => Promise.reject(new Error('no idea')), { onStrategyError });
    await expect(router.execute('hello')).resolves.toBe('fast hello');
    await new Promise((resolve) => setImmediate(resolve)); // an unheard rejection would fail the run
  });

  it('takes a route under a name that every object inherits, if it is really there', async () => {
    const router = new RouterPrimitive(
      { fast: () => 'fast', toString: () => 'own' },
      { strategy: () => 'toString', defaultRoute: 'fast' },
    );
    await expect(router.execute(undefined)).resolves.toBe('own');
  });

  it('passes the error of the route through, and does not try another route', async () => {
    const failure = new Error('overloaded');
    const router = new RouterPrimitive(
      { fast: () => 'fast', broken: () => Promise.reject(failure) },
      { strategy: () => 'broken', defaultRoute: 'fast' },
    );
    await expect(router.execute(undefined)).rejects.toBe(failure);
    expect(router.getStats().routes).toMatchObject({ fast: { decisions: 0 }, broken: { decisions: 1, errors: 1 } });
  });
});

describe('RouterPrimitive with a strategy object', () => {
  const reasoned = (reason: string): RoutingStrategy<string> => ({
    reasons: ['by_length'],
    decide: (text, _, candidates) => ({ route: candidates.at(text.length > 5 ? -1 : 0)?.name ?? '', reason }),
  });

  it('gives it the candidates, and states its reason', async () => {
    using recording = recordingObserver();
    await expect(routerBy(reasoned('by_length')).execute('a longer one')).resolves.toBe('strong a longer one');
    expect(recording.factsOf('router.reason')).toEqual(['by_length']);
  });

  it('keeps reasons a closed set: an undeclared one is stated as routing_function', async () => {
    using recording = recordingObserver();
    await routerBy(reasoned('because user 5 asked')).execute('hello');
    expect(recording.factsOf('router.reason')).toEqual(['routing_function']);
  });

  it('tells it what is known of each route', async () => {
    const seen: unknown[] = [];
    const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2 };
    const router = new RouterPrimitive(
      { fast: () => 'fast', strong: { step: () => 'strong', model: 'gpt-4o', provider: 'openai', price } },
      {
        strategy: {
          decide(_input, _context, candidates) {
            seen.push(...candidates);
            return { route: 'fast' };
          },
        },
        defaultRoute: 'fast',
      },
    );
    await router.execute(undefined);
    expect(seen).toMatchObject([
      { name: 'fast', model: undefined, provider: undefined, price: undefined },
      { name: 'strong', model: 'gpt-4o', provider: 'openai', price },
    ]);
  });
});

describe('RouterPrimitive with a strategy that hangs', () => {
  it('takes the default route when the decision takes too long, and leaves no timer behind', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const answer = routerBy(() => never, { decisionTimeoutMs: 200 }).execute('hello', new WorkflowContext({ clock }));
    await clock.advance(199);
    expect(recording.factsOf('router.reason')).toEqual([]);
    await clock.advance(1);
    await expect(answer).resolves.toBe('fast hello');
    expect(recording.factsOf('router.reason')).toEqual(['routing_error_fallback']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('never waits past the deadline of the work, which is its owner’s to act on first', async () => {
    const clock = manualClock();
    const context = new WorkflowContext({ clock, deadline: 50 });
    const answer = routerBy(() => never).execute('hello', context);
    await clock.advance(55);
    await expect(answer).resolves.toBe('fast hello');
  });

  it('stops waiting when the caller gives up, takes no route and leaves nothing behind', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const controller = new AbortController();
    const router = routerBy(() => never);
    const answer = router.execute('hello', new WorkflowContext({ clock, signal: controller.signal }));
    const reason = new Error('the user left');
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    expect(recording.factsOf('router.route')).toEqual([]);
    expect(router.getStats().routes['fast']?.decisions).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps no timer once the strategy has decided', async () => {
    const clock = manualClock();
    await routerBy(async () => 'strong').execute('hello', new WorkflowContext({ clock }));
    expect(clock.pendingTimers).toBe(0);
  });

  it('ignores a strategy that fails after it was given up', async () => {
    const clock = manualClock();
    const { promise, reject } = Promise.withResolvers<string>();
    const answer = routerBy(() => promise, { decisionTimeoutMs: 1 }).execute('hello', new WorkflowContext({ clock }));
    await clock.advance(1);
    reject(new Error('too late'));
    await expect(answer).resolves.toBe('fast hello');
  });
});

describe('RouterPrimitive, at construction', () => {
  const construct =
    (inits: unknown, options: Record<string, unknown> = {}) =>
    (): unknown =>
      new RouterPrimitive(inits as typeof routes, { strategy: () => 'fast', defaultRoute: 'fast', ...options });

  it.each([
    ['no routes', construct({}), 'RouterPrimitive: routes must hold at least one route, but it is empty'],
    [
      'routes that are none',
      construct(null),
      'RouterPrimitive: routes must be an object of steps by name, but it is null',
    ],
    [
      'a route that is no step',
      construct({ fast: 5 }),
      'RouterPrimitive: routes["fast"] must be a function or a primitive, but it is 5',
    ],
    [
      'a route without a step',
      construct({ fast: { model: 'm' } }),
      'routes["fast"].step must be a function or a primitive',
    ],
    ['an empty model', construct({ fast: { step: () => '', model: '' } }), 'routes["fast"].model must be a name'],
    [
      'a provider that is no name',
      construct({ fast: { step: () => '', provider: 5 } }),
      'routes["fast"].provider must be a name',
    ],
    [
      'a price below 0',
      construct({ fast: { step: () => '', price: { inputPerMillionUsd: -1, outputPerMillionUsd: 1 } } }),
      'RouterPrimitive: routes["fast"].price.inputPerMillionUsd must be a number at least 0, but it is -1',
    ],
    [
      'a price that is none',
      construct({ fast: { step: () => '', price: 5 } }),
      'routes["fast"].price must be an object with',
    ],
    [
      'an unknown default',
      construct(routes, { defaultRoute: 'cheap' }),
      'RouterPrimitive: defaultRoute must be one of the routes (fast, strong), but it is "cheap"',
    ],
    ['an inherited default', construct(routes, { defaultRoute: 'toString' }), 'defaultRoute must be one of the routes'],
    ['no default', construct(routes, { defaultRoute: undefined }), 'defaultRoute must be one of the routes'],
    [
      'an unknown baseline',
      construct(routes, { baseline: 'dear' }),
      'RouterPrimitive: baseline must be one of the routes (fast, strong), but it is "dear"',
    ],
    [
      'a strategy that is none',
      construct(routes, { strategy: 'fast' }),
      'RouterPrimitive: strategy must be a function or an object with decide()',
    ],
    [
      'prices that cannot be asked',
      construct(routes, { prices: {} }),
      'RouterPrimitive: prices.price must be a function',
    ],
    ['an empty operation', construct(routes, { operation: '' }), 'RouterPrimitive: operation must be a name'],
    [
      'a negative time to decide',
      construct(routes, { decisionTimeoutMs: -1 }),
      'RouterPrimitive: decisionTimeoutMs must be',
    ],
    [
      'a report that is no function',
      construct(routes, { onStrategyError: 5 }),
      'RouterPrimitive: onStrategyError must be a function',
    ],
  ])('refuses %s', (_, constructing, message) => {
    expect(constructing).toThrow(message);
  });
});
