import { WorkflowContext } from 'tta-dev-primitives';
import { type ManualClock, manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { answered } from './__fixtures__/routing.ts';
import { routeHealth } from './health/route-health.ts';
import { RouterPrimitive } from './router-primitive.ts';
import type { RouteInit } from './routes.ts';
import { byBudget } from './strategies/by-budget.ts';
import { byLatency } from './strategies/by-latency.ts';
import { byLeastBusy } from './strategies/by-least-busy.ts';
import { bySticky } from './strategies/by-sticky.ts';
import { firstOf } from './strategies/first-of.ts';
import type { RoutingStrategy } from './strategy.ts';

const COOLDOWN = { failureThreshold: 1, cooldownMs: 10_000 };
const DOWN = Object.assign(new Error('down'), { status: 503 });

const context = (clock: ManualClock): WorkflowContext => new WorkflowContext({ clock });

/** Routers with a route `shared` to one deployment and a spare each. */
function routersOf(askDeployment: () => Promise<string>) {
  const health = routeHealth(COOLDOWN);
  const router = (spare: string): RouterPrimitive<string, string> =>
    new RouterPrimitive<string, string>(
      { shared: { step: askDeployment, health }, spare: async () => spare },
      { strategy: () => 'shared', defaultRoute: 'shared', fallback: true },
    );
  return [router('first spare'), router('second spare')] as const;
}

describe('a deployment that several routers use', () => {
  it('is left alone by all of them when one has found that it fails, and tried once for all', async () => {
    const clock = manualClock();
    const deployment = vi.fn(async () => 'deployment').mockRejectedValueOnce(DOWN);
    const [first, second] = routersOf(deployment);
    expect(await first.execute('', context(clock))).toBe('first spare');
    expect(await second.execute('', context(clock))).toBe('second spare');
    expect(deployment).toHaveBeenCalledTimes(1);
    await clock.advance(10_000);
    const trial = Promise.withResolvers<string>();
    deployment.mockReturnValueOnce(trial.promise);
    const tried = first.execute('', context(clock));
    expect(await second.execute('', context(clock))).toBe('second spare');
    trial.resolve('well again');
    expect(await tried).toBe('well again');
    expect(await second.execute('', context(clock))).toBe('deployment');
  });

  it('is as slow and as busy for one as for the other', async () => {
    const clock = manualClock();
    const health = routeHealth();
    const waiting = Promise.withResolvers<string>();
    const busy = new RouterPrimitive(
      { only: { step: (_: string) => waiting.promise, health } },
      { strategy: () => 'only', defaultRoute: 'only' },
    );
    const choosing = new RouterPrimitive<string, string>(
      { shared: { step: async () => 'shared', health }, other: async () => 'other' },
      { strategy: byLeastBusy(), defaultRoute: 'shared' },
    );
    const pending = busy.execute('', context(clock));
    expect(await choosing.execute('', context(clock))).toBe('other');
    await clock.advance(5_000);
    waiting.resolve('late');
    await pending;
    const quick = new RouterPrimitive<string, string>(
      { shared: { step: async () => 'shared', health }, other: async () => 'other' },
      { strategy: byLatency({ percentile: 50 }), defaultRoute: 'shared' },
    );
    for (let count = 0; count < 3; count += 1) await quick.execute('', context(clock));
    expect(await quick.execute('', context(clock))).toBe('other');
  });

  it('must be what routeHealth() returns', () => {
    const make = (): unknown =>
      new RouterPrimitive(
        { only: { step: async () => '', health: {} as never } },
        { strategy: () => 'only', defaultRoute: 'only' },
      );
    expect(make).toThrow(/routes\["only"\].health must be what routeHealth\(\) returns/);
    expect(() => routeHealth({ cooldownMs: 0 })).toThrow(/routeHealth: cooldown.cooldownMs must be/);
  });
});

describe('replaceRoutes', () => {
  const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 1 };
  const usual: Record<string, RouteInit<string, object>> = {
    a: { step: async () => answered(100, 100), price },
    b: { step: async () => answered(200, 200), price },
  };
  const routerOf = (routes = usual) =>
    new RouterPrimitive<string, object>(routes, {
      strategy: (name: string) => name,
      defaultRoute: 'a',
      baseline: 'a',
      cooldown: COOLDOWN,
      fallback: ['a'],
    });

  it('keeps statistics of routes that stay, and the sum of all', async () => {
    const router = routerOf();
    for (const name of ['a', 'a', 'b']) await router.execute(name);
    router.replaceRoutes({
      a: { step: async () => answered(300, 300), price },
      c: { step: async () => answered(1, 1), price },
    });
    await router.execute('a');
    await router.execute('c');
    const { total, routes, costSavingsUsd } = router.getStats();
    expect(total).toBe(5);
    expect(routes).toMatchObject({ a: { decisions: 3 }, c: { decisions: 1 } });
    expect(routes['a']?.costUsd).toBeCloseTo((200 + 200 + 600) / 1e6, 12);
    expect(Object.keys(routes)).toEqual(['a', 'c']);
    expect(costSavingsUsd).toBeCloseTo(0, 12);
  });

  it('keeps a cooldown of a route that stays, and forgets that of a route that was gone', async () => {
    const clock = manualClock();
    const b = vi.fn(async (): Promise<object> => answered(1, 1)).mockRejectedValueOnce(DOWN);
    const router = routerOf({ ...usual, b });
    await router.execute('b', context(clock));
    router.replaceRoutes({ ...usual, b });
    await router.execute('b', context(clock));
    expect(b).toHaveBeenCalledTimes(1);
    const { a } = usual as { a: RouteInit<string, object> };
    router.replaceRoutes({ a });
    router.replaceRoutes({ ...usual, b });
    await router.execute('b', context(clock));
    expect(b).toHaveBeenCalledTimes(2);
  });

  it('lets executions under way end on the routes that they began with', async () => {
    const answer = Promise.withResolvers<object>();
    const router = routerOf({ ...usual, b: () => answer.promise });
    const pending = router.execute('b');
    router.replaceRoutes({ a: async () => answered(1, 1) });
    answer.resolve({ old: true });
    expect(await pending).toEqual({ old: true });
    expect(router.getStats()).toMatchObject({ total: 1, routes: { a: { decisions: 0, attempts: 0 } } });
  });

  it('changes nothing if an option names a route that is gone', async () => {
    const router = routerOf();
    const { b } = usual as { b: RouteInit<string, object> };
    expect(() => router.replaceRoutes({ b })).toThrow(/RouterPrimitive: defaultRoute must be one of the routes \(b\)/);
    expect(() => router.replaceRoutes({})).toThrow(/at least one route/);
    await router.execute('b');
    expect(Object.keys(router.getStats().routes)).toEqual(['a', 'b']);
  });

  it('tells of the routes that there are now', () => {
    const router = routerOf();
    router.replaceRoutes({ ...usual, c: async () => answered(1, 1) });
    expect(router.describe().parts).toHaveLength(3);
  });
});

describe('close', () => {
  it('rejects with what the strategy throws', async () => {
    const close = (): never => {
      throw new Error('cannot close');
    };
    const strategy: RoutingStrategy<string> = { decide: () => ({ route: 'only' }), close };
    const router = new RouterPrimitive({ only: (input: string) => input }, { strategy, defaultRoute: 'only' });
    const closing = router.close();
    await expect(closing).rejects.toThrow('cannot close');
  });

  it('closes the strategy once, also inside others', async () => {
    const close = vi.fn();
    const inner: RoutingStrategy<string> = { decide: () => ({ route: 'only' }), close };
    const strategy = firstOf(byBudget(bySticky(inner), { limitUsd: 1, windowMs: 1_000 }));
    const router = new RouterPrimitive({ only: async (_: string) => 'answer' }, { strategy, defaultRoute: 'only' });
    await Promise.all([router.close(), router.close()]);
    expect(close).toHaveBeenCalledTimes(1);
  });
});
