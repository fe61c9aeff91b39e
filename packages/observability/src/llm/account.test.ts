import { describe, expect, it } from 'vitest';
import { accountOf, setAccount } from './account.ts';

describe('how the money of an answer stands', () => {
  it.each([
    ['a plain answer', () => ({ id: 'a', choices: [{ index: 0 }] })],
    ['an answer that is frozen', () => Object.freeze({ id: 'a' })],
    ['an instance of a class', () => new URL('https://example.org')],
    ['a list of chunks', () => [{ index: 0 }]],
  ])('is told of %s, and of no other', (_, make) => {
    const answer = make();
    expect(accountOf(answer)).toBeUndefined();
    setAccount(answer, 'unpaid');
    expect(accountOf(answer)).toBe('unpaid');
    setAccount(answer, 'stated');
    expect(accountOf(answer)).toBe('stated');
    expect(accountOf(make())).toBeUndefined();
  });

  it('stays when the answer is frozen afterwards', () => {
    const answer = { id: 'a' };
    setAccount(answer, 'unpaid');
    setAccount(Object.freeze(answer), 'stated');
    expect(accountOf(answer)).toBe('stated');
  });

  it('is seen by nobody who reads, copies or writes the answer', () => {
    const answer = { id: 'a' };
    setAccount(answer, 'unpaid');
    expect(Reflect.ownKeys(answer)).toEqual(['id']);
    expect(structuredClone(answer)).toEqual({ id: 'a' });
    expect(accountOf({ ...answer })).toBeUndefined();
  });

  it('asks nothing of the answer, which may be a proxy that refuses', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    setAccount(proxy, 'unpaid');
    expect(accountOf(proxy)).toBe('unpaid');
  });

  it('is unknown of a text, and of nothing', () => {
    setAccount('text', 'unpaid');
    setAccount(null, 'unpaid');
    expect([accountOf('text'), accountOf(null)]).toEqual([undefined, undefined]);
  });
});
