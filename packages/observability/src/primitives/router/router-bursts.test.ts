import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { RouterPrimitive } from './router-primitive.ts';
import { byBudget } from './strategies/by-budget.ts';
import { byLatency } from './strategies/by-latency.ts';
import { byLeastBusy } from './strategies/by-least-busy.ts';
import { bySticky } from './strategies/by-sticky.ts';
import { firstOf } from './strategies/first-of.ts';
import type { RoutingStrategy } from './strategy.ts';

type Name = 'a' | 'b' | 'c';

const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 1 };

/** Answers in the next turn of the event loop. */
const later = async (): Promise<string> => {
  await new Promise((resolve) => setImmediate(resolve));
  return 'answer';
};

const routes = { a: { step: later, price }, b: { step: later, price }, c: { step: later, price } };

/** Thirty requests of one turn, whose clock stands still, which makes every route equally fast. */
function burst(router: RouterPrimitive<string, string, Name>, clock = manualClock()): Promise<unknown> {
  return Promise.allSettled(Array.from({ length: 30 }, () => router.execute('', new WorkflowContext({ clock }))));
}

const decisionsOf = (router: RouterPrimitive<string, string, Name>): readonly number[] =>
  Object.values(router.getStats().routes).map(({ decisions }) => decisions);

/** Rules nothing out, after a look at a table of tenants, say. */
const lookingUp = { decide: async () => undefined };

/** A strategy of a user's own, which reads live state and answers at once. */
const own: RoutingStrategy<unknown> = {
  decide: (_input, _context, candidates) => ({
    route: candidates.toSorted((one, other) => one.inFlight - other.inFlight)[0]?.name ?? '',
  }),
};

const STRATEGIES: readonly [string, () => RoutingStrategy<string>][] = [
  ['byLeastBusy', () => byLeastBusy()],
  ['byLatency, with unknown routes', () => byLatency()],
  ['a strategy of one’s own', () => own],
  ['byLeastBusy behind an asynchronous strategy', () => firstOf(lookingUp, byLeastBusy())],
  ['byLatency behind an asynchronous strategy', () => firstOf(lookingUp, byLatency())],
  ['byLeastBusy in bySticky', () => bySticky(firstOf(lookingUp, byLeastBusy()), { key: () => undefined })],
  ['byLeastBusy in byBudget', () => byBudget(byLeastBusy(), { limitUsd: 10, windowMs: 1_000, burst: 1 })],
  [
    'byLeastBusy behind an asynchronous strategy in byBudget',
    () => byBudget(firstOf(lookingUp, byLeastBusy()), { limitUsd: 10, windowMs: 1_000, burst: 1 }),
  ],
];

describe('requests of one turn', () => {
  it.each(STRATEGIES)('are spread over the routes by %s', async (_, strategyOf) => {
    const router = new RouterPrimitive(routes, { strategy: strategyOf(), defaultRoute: 'a' });
    await burst(router);
    expect(decisionsOf(router)).toEqual([10, 10, 10]);
    await burst(router);
    expect(decisionsOf(router)).toEqual([20, 20, 20]);
  });

  it('go to an unknown route one at a time, while another route is known', async () => {
    const clock = manualClock();
    const router = new RouterPrimitive<string, string, Name>(
      { ...routes, a: async () => 'answer' },
      { strategy: byLatency(), defaultRoute: 'a' },
    );
    await router.execute('', new WorkflowContext({ clock }));
    await burst(router, clock);
    expect(decisionsOf(router)).toEqual([29, 1, 1]);
  });

  it.each([
    ['with a fallback', true],
    ['without one', false],
  ])('find out by one of them whether a route works again after a cooldown, %s', async (_, fallback) => {
    const clock = manualClock();
    const context = new WorkflowContext({ clock });
    let calls = 0;
    const down = async (): Promise<string> => {
      calls += 1;
      throw Object.assign(new Error('down'), { status: 503 });
    };
    const router = new RouterPrimitive<string, string, Name>(
      { ...routes, a: down },
      {
        strategy: byLeastBusy(),
        defaultRoute: 'a',
        fallback,
        cooldown: { failureThreshold: 1, cooldownMs: 1_000 },
      },
    );
    await router.execute('', context).catch(() => {});
    await clock.advance(1_000);
    calls = 0;
    const answers = await Promise.allSettled(Array.from({ length: 30 }, () => router.execute('', context)));
    expect(calls).toBe(1);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(fallback ? 30 : 29);
  });
});

describe('a place that a strategy has claimed', () => {
  const decidingLater: RoutingStrategy<unknown>['decide'] = () => new Promise(() => {});

  /** Claims first, and then decides. */
  const claiming = (
    names: readonly string[],
    decide: RoutingStrategy<unknown>['decide'],
  ): RoutingStrategy<unknown> => ({
    decide(...asked) {
      const [, , , , claim] = asked;
      for (const name of names) claim?.(name);
      return decide(...asked);
    },
  });

  /** The places that are held after one request. */
  async function heldAfter(first: RoutingStrategy<unknown>, controller?: AbortController): Promise<readonly number[]> {
    const held: number[] = [];
    let strategy = first;
    const router = new RouterPrimitive(routes, {
      strategy: { decide: (...asked) => strategy.decide(...asked) },
      defaultRoute: 'a',
      decisionTimeoutMs: controller === undefined ? 0 : 10_000,
    });
    const running = router.execute('', new WorkflowContext({ signal: controller?.signal })).catch(() => {});
    controller?.abort();
    await running;
    strategy = {
      decide(_input, _context, candidates) {
        held.push(...candidates.map(({ inFlight }) => inFlight));
        return undefined;
      },
    };
    await router.execute('');
    return held;
  }

  it.each<[string, readonly string[], RoutingStrategy<unknown>['decide']]>([
    ['another route is decided on', ['a', 'b'], () => ({ route: 'c' })],
    ['there is no such route', ['nowhere'], () => ({ route: 'a' })],
    ['no route is decided on', ['b'], () => undefined],
    ['the request is refused', ['b'], () => ({ refusal: new Error('no') })],
    ['the strategy fails', ['b'], () => Promise.reject(new Error('broken'))],
    ['the strategy takes too long', ['b'], decidingLater],
  ])('is given back when %s', async (_, names, decide) => {
    expect(await heldAfter(claiming(names, decide))).toEqual([0, 0, 0]);
  });

  it('is given back when the caller leaves meanwhile', async () => {
    expect(await heldAfter(claiming(['b'], decidingLater), new AbortController())).toEqual([0, 0, 0]);
  });

  it('cannot be claimed when the decision is over', async () => {
    const held = await heldAfter({
      decide(_input, _context, _candidates, _prompt, claim) {
        setImmediate(() => claim?.('b'));
        return { route: 'a' };
      },
    });
    expect(held).toEqual([0, 0, 0]);
  });
});
