import { describe, expect, it, vi } from 'vitest';
import { eachMinute } from './each-minute.ts';

const at = new Date('2026-01-01T12:00:30Z');

function setUp() {
  let count = 0;
  const lookUp = vi.fn((model: string, _provider: string | undefined, _at: Date) => {
    count += 1;
    return model === 'unknown' ? null : { count };
  });
  return { lookUp, find: eachMinute(lookUp) };
}

describe('a look-up each minute', () => {
  it.each(['known', 'unknown'])('looks a model that is %s up once a minute', (model) => {
    const { lookUp, find } = setUp();
    const first = find(model, undefined, at);
    expect(find(model, undefined, new Date('2026-01-01T12:00:59Z'))).toBe(first);
    expect(lookUp).toHaveBeenCalledTimes(1);
    find(model, undefined, new Date('2026-01-01T12:01:00Z'));
    find(model, undefined, at);
    expect(lookUp).toHaveBeenCalledTimes(3);
  });

  it('distinguishes models and providers', () => {
    const { lookUp, find } = setUp();
    const asked = [
      ['model', undefined],
      ['other', undefined],
      ['model', 'acme'],
      ['b model', 'a'],
      ['model', 'a b'],
    ] as const;
    const found = asked.map(([model, provider]) => find(model, provider, at));
    expect(new Set(found).size).toBe(asked.length);
    expect(asked.map(([model, provider]) => find(model, provider, at))).toEqual(found);
    expect(lookUp).toHaveBeenCalledTimes(asked.length);
  });

  it('is of now when no instant is given', () => {
    const { lookUp, find } = setUp();
    vi.useFakeTimers({ now: at });
    try {
      find('model', undefined, undefined);
      find('model', undefined, at);
      expect(lookUp).toHaveBeenCalledTimes(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('takes bounded memory for any names', () => {
    const { lookUp, find } = setUp();
    for (let call = 0; call < 2; call += 1) find('x'.repeat(1_000), undefined, at);
    expect(lookUp).toHaveBeenCalledTimes(2);
    for (let index = 0; index < 2_000; index += 1) find(`model ${index}`, undefined, at);
    lookUp.mockClear();
    for (let index = 0; index < 2_000; index += 1) find(`model ${index}`, undefined, at);
    expect(lookUp.mock.calls.length).toBeGreaterThanOrEqual(1_000);
  });

  it('forgets a failure', () => {
    const { lookUp, find } = setUp();
    lookUp.mockImplementationOnce(() => {
      throw new Error('not loaded yet');
    });
    expect(() => find('model', undefined, at)).toThrow('not loaded yet');
    expect(find('model', undefined, at)).not.toBeNull();
  });
});
