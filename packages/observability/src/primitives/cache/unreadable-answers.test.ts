import { describe, expect, it } from 'vitest';
import { CachePrimitive } from './cache-primitive.ts';

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
  it('reaches its caller through a cache', async () => {
    const primitive = new CachePrimitive(step, { operation: 'a' });
    expect((await primitive.execute('x')) === unreadable).toBe(true);
  });

  it('reaches its caller through a cache in a stream', async () => {
    const primitive = new CachePrimitive(streaming, { operation: 'a' });
    let isSame = false;
    for await (const chunk of await primitive.execute('x')) isSame = chunk === unreadable;
    expect(isSame).toBe(true);
  });
});
