import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { FakeStore } from '../../__fixtures__/fake-store.ts';
import type { GuardableStore } from './guardable-store.ts';
import { guardedStore } from './guarded-store.ts';

/** A store that gives what a test says, whatever the types say. */
function giving(methods: object): GuardableStore {
  return Object.assign(new FakeStore(), methods);
}

describe('what a store gives', () => {
  it('is undefined if it is null, which many clients give for an absent value', async () => {
    expect(await guardedStore(giving({ get: async () => null })).get('k')).toBeUndefined();
    expect(await guardedStore(giving({ get: async () => ({ value: null }) })).get('k')).toBeUndefined();
  });

  it.each(['value', 7, {}, new Uint8Array(1)])('fails the read if it is not { value }, but %j', async (given) => {
    const clock = manualClock();
    const one = guardedStore(giving({ get: async () => given }), { clock });
    await expect(one.get('k')).rejects.toMatchObject({ code: 'ERR_TTA_STORE', reason: 'other' });
    const many = guardedStore(giving({ getMany: async () => [given] }), { clock });
    await expect(many.getMany?.(['k'])).rejects.toMatchObject({ code: 'ERR_TTA_STORE', reason: 'other' });
  });

  it('names the tier that answered, or else is of the tier of the guard', async () => {
    const plain = { get: async () => ({ value: 'v' }) };
    expect(await guardedStore(giving(plain)).get('k')).toEqual({ value: 'v', tier: 'far' });
    expect(await guardedStore(giving(plain), { tier: 'near' }).get('k')).toEqual({ value: 'v', tier: 'near' });
    const tiered = { get: async () => ({ value: 'v', tier: 'near' }) };
    expect(await guardedStore(giving(tiered)).get('k')).toEqual({ value: 'v', tier: 'near' });
  });

  it('is asked for without a way to state facts', async () => {
    const asked: number[] = [];
    const get = async (...given: unknown[]): Promise<undefined> => void asked.push(given.length);
    const set = async (...given: unknown[]): Promise<void> => void asked.push(given.length);
    const store = guardedStore(
      giving({ get, set, getMany: async (...given: unknown[]) => [void asked.push(given.length)] }),
    );
    const note = () => {};
    await Reflect.apply(store.get, store, ['k', note]);
    await Reflect.apply(store.set, store, ['k', 'v', 1_000, note]);
    await Reflect.apply(store.getMany ?? store.get, store, [['k'], note]);
    expect(asked).toEqual([1, 3, 1]);
  });
});
