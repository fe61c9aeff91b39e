import { describe, expectTypeOf, it } from 'vitest';
import { RouterPrimitive } from './router-primitive.ts';

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

  it('allow only its own routes as default and baseline', () => {
    // @ts-expect-error there is no such route
    new RouterPrimitive(routes, { strategy: () => 'fast', defaultRoute: 'cheap' });
    // @ts-expect-error there is no such route
    new RouterPrimitive(routes, { strategy: () => 'fast', defaultRoute: 'fast', baseline: 'dear' });
  });
});
