import { describe, expect, it } from 'vitest';
import { CacheAdvisorPrimitive, SemanticShadowPrimitive } from './index.ts';

const refuse = (): never => {
  throw new Error('look away');
};

/** An answer that may be awaited, and is not to be looked at in any other way. */
const unreadable = new Proxy(
  {},
  {
    get: (_target, name) => (name === 'then' ? undefined : refuse()),
    has: (_target, name) => (name === 'then' ? false : refuse()),
    getPrototypeOf: refuse,
    getOwnPropertyDescriptor: refuse,
    ownKeys: refuse,
  },
);

const step = (_prompt: string): unknown => unreadable;

async function* streaming(_prompt: string): AsyncGenerator<unknown> {
  yield unreadable;
}

describe('an answer that cannot be looked at', () => {
  it.each([
    new CacheAdvisorPrimitive(step, { operation: 'b' }),
    new SemanticShadowPrimitive(step, { operation: 'c', embed: () => [1] }),
  ])('reaches its caller through %s', async (primitive) => {
    expect((await primitive.execute('x')) === unreadable).toBe(true);
  });

  it.each([
    new CacheAdvisorPrimitive(streaming, { operation: 'b' }),
    new SemanticShadowPrimitive(streaming, { operation: 'c', embed: () => [1] }),
  ])('reaches its caller through %s in a stream', async (primitive) => {
    let isSame = false;
    for await (const chunk of await primitive.execute('x')) isSame = chunk === unreadable;
    expect(isSame).toBe(true);
  });
});
