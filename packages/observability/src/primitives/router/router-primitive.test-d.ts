import { describe, expectTypeOf, it } from 'vitest';
import { RouterPrimitive } from './router-primitive.ts';
import { byBudget } from './strategies/by-budget.ts';
import { byComplexity } from './strategies/by-complexity.ts';
import { byCost } from './strategies/by-cost.ts';
import { byRules } from './strategies/by-rules.ts';
import { bySticky } from './strategies/by-sticky.ts';
import { byWeight } from './strategies/by-weight.ts';
import { firstOf } from './strategies/first-of.ts';
import type { RoutingStrategy } from './strategy.ts';

const routes = {
  fast: (text: string) => text.length,
  strong: { step: async (text: string) => text.length, model: 'gpt-4o' },
};

describe('the types of a RouterPrimitive', () => {
  it('follow from its routes', () => {
    const router = new RouterPrimitive(routes, {
      strategy: (text) => (text.startsWith('why') ? 'strong' : 'fast'),
      defaultRoute: 'fast',
    });
    expectTypeOf(router.execute).parameter(0).toEqualTypeOf<string>();
    expectTypeOf(router.execute('why')).toEqualTypeOf<Promise<number>>();
    expectTypeOf(router.getStats().routes).toHaveProperty('strong');
    expectTypeOf(router.getStats().routes).not.toHaveProperty('other');
  });

  it('allow only its own routes in strategies and fallbacks', () => {
    const options = { defaultRoute: 'fast' } as const;
    const named = firstOf(byRules([{ route: 'strong' }]), bySticky(byWeight({ fast: 1, strong: 1 })), byCost());
    expectTypeOf(named).toEqualTypeOf<RoutingStrategy<unknown, 'fast' | 'strong'>>();
    new RouterPrimitive(routes, { ...options, strategy: named, fallback: ['strong'] });
    new RouterPrimitive(routes, { ...options, strategy: byBudget(byCost(), { limitUsd: 1, windowMs: 1_000 }) });
    // @ts-expect-error there is no such route
    new RouterPrimitive(routes, { ...options, strategy: byRules([{ route: 'dear' }]) });
    // @ts-expect-error there is no such route
    new RouterPrimitive(routes, { ...options, strategy: firstOf(byCost(), byWeight({ fast: 1, dear: 1 })) });
    // @ts-expect-error there is no such route
    new RouterPrimitive(routes, { ...options, strategy: byComplexity([{ route: 'dear' }]) });
    // @ts-expect-error there is no such route
    new RouterPrimitive(routes, { ...options, strategy: byCost(), fallback: ['dear'] });
  });

  it('give functions within strategies the input and the context', () => {
    const strategy = firstOf<string, 'fast' | 'strong'>(
      byRules([{ route: 'strong', when: ({ text }) => text === '' }]),
      (text) => {
        expectTypeOf(text).toEqualTypeOf<string>();
        return 'fast';
      },
    );
    new RouterPrimitive(routes, { strategy, defaultRoute: 'fast' });
  });

  it('allow only its own routes as default and baseline', () => {
    // @ts-expect-error there is no such route
    new RouterPrimitive(routes, { strategy: () => 'fast', defaultRoute: 'cheap' });
    // @ts-expect-error there is no such route
    new RouterPrimitive(routes, { strategy: () => 'fast', defaultRoute: 'fast', baseline: 'dear' });
  });
});
