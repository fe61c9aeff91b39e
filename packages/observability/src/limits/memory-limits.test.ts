import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import type { ExpectedUse, LimitReservation, LimitStore, Limits, LimitVerdict } from './limit-store.ts';
import { memoryLimits } from './memory-limits.ts';

const DAY_MS = 86_400_000;

function scene(limits: Limits, store: LimitStore = memoryLimits()) {
  const clock = manualClock();
  const ask = (expected: Partial<ExpectedUse> = {}, key = 'acme'): LimitVerdict =>
    store.reserve({
      key,
      limits,
      expected: { tokens: 0, costUsd: 0, isGuess: false, ...expected },
      clock,
    }) as LimitVerdict;
  const allowed = (expected: Partial<ExpectedUse> = {}, key?: string): LimitReservation => {
    const verdict = ask(expected, key);
    if (!verdict.isAllowed) throw new Error(`refused: ${verdict.limit}`);
    return verdict;
  };
  return { clock, ask, allowed };
}

describe('requests a minute', () => {
  it('are exact at the border of any 60 seconds', async () => {
    const { clock, ask, allowed } = scene({ requestsPerMinute: 2 });
    allowed();
    await clock.advance(40_000);
    allowed();
    await clock.advance(19_999);
    expect(ask()).toEqual({ isAllowed: false, isLocal: false, limit: 'requests', retryAfterMs: 1, isTooLarge: false });
    await clock.advance(1);
    allowed();
    expect(ask()).toMatchObject({ retryAfterMs: 40_000 });
  });

  it('are not refilled early, as a bucket would', async () => {
    const { clock, ask, allowed } = scene({ requestsPerMinute: 60 });
    for (let count = 0; count < 60; count += 1) allowed();
    await clock.advance(30_000);
    expect(ask()).toMatchObject({ limit: 'requests', retryAfterMs: 30_000 });
  });

  it('count a request that was settled, and not one that was released', () => {
    const { ask, allowed } = scene({ requestsPerMinute: 2 });
    allowed().settle({ tokens: 0, costUsd: 0 });
    allowed().release();
    allowed();
    expect(ask().isAllowed).toBe(false);
  });

  it('are apart for each key', () => {
    const { ask, allowed } = scene({ requestsPerMinute: 1 });
    allowed({}, 'acme');
    allowed({}, 'other');
    expect(ask({}, 'acme').isAllowed).toBe(false);
  });
});

describe('tokens a minute', () => {
  it('are reserved first and settled with what was used', () => {
    const { ask, allowed } = scene({ tokensPerMinute: 100 });
    const first = allowed({ tokens: 60 });
    expect(ask({ tokens: 41 })).toMatchObject({ limit: 'tokens', retryAfterMs: 60_000 });
    first.settle({ tokens: 10, costUsd: 0 });
    first.settle({ tokens: 90, costUsd: 0 });
    allowed({ tokens: 90 });
    expect(ask({ tokens: 1 }).isAllowed).toBe(false);
  });

  it('refuse a request that can never fit', () => {
    const { ask } = scene({ tokensPerMinute: 100 });
    expect(ask({ tokens: 101 })).toMatchObject({ limit: 'tokens', isTooLarge: true });
  });

  it('admit a guess that is larger than the limit when nothing else is counted', () => {
    const { ask, allowed } = scene({ tokensPerMinute: 100 });
    const first = allowed({ tokens: 500, isGuess: true });
    expect(ask({ tokens: 500, isGuess: true })).toMatchObject({ limit: 'tokens', isTooLarge: false });
    first.settle({ tokens: 0, costUsd: 0 });
    allowed({ tokens: 500, isGuess: true });
  });
});

it('limits what runs at once until it has ended', () => {
  const { ask, allowed } = scene({ concurrent: 2 });
  const first = allowed();
  allowed();
  expect(ask()).toMatchObject({ limit: 'concurrent', retryAfterMs: 1_000 });
  first.settle({ tokens: 0, costUsd: 0 });
  first.release();
  allowed();
  expect(ask().isAllowed).toBe(false);
});

describe('a budget', () => {
  const budget = { limitUsd: 0.3, windowMs: DAY_MS };

  it('is spent exactly, and begins anew with its window', async () => {
    const { clock, ask, allowed } = scene({ budget });
    await clock.advance(1_000);
    for (let count = 0; count < 3; count += 1) allowed({ costUsd: 0.1 }).settle({ tokens: 0, costUsd: 0.1 });
    expect(ask({ costUsd: 0.001 })).toMatchObject({ limit: 'budget', retryAfterMs: DAY_MS - 1_000 });
    await clock.advance(DAY_MS - 1_000);
    allowed({ costUsd: 0.3 });
  });

  it('reserves what a request may cost', () => {
    const { ask, allowed } = scene({ budget });
    const first = allowed({ costUsd: 0.2 });
    expect(ask({ costUsd: 0.2 }).isAllowed).toBe(false);
    first.settle({ tokens: 0, costUsd: 0.05 });
    allowed({ costUsd: 0.25 });
  });

  it('lets requests of unknown cost through one at a time while nothing is spent', () => {
    const { ask, allowed } = scene({ budget });
    const first = allowed({ costUsd: Infinity });
    expect(ask({ costUsd: Infinity }).isAllowed).toBe(false);
    first.settle({ tokens: 0, costUsd: 0 });
    allowed({ costUsd: Infinity });
  });

  it('refuses a request that costs more than all of it', () => {
    expect(scene({ budget }).ask({ costUsd: 0.31 })).toMatchObject({ limit: 'budget', isTooLarge: true });
  });

  it.each<[string, Partial<ExpectedUse>]>([
    ['a guess', { costUsd: 1, isGuess: true }],
    ['unknown', { costUsd: Infinity }],
    ['nothing', { costUsd: 0 }],
  ])('of nothing refuses a request whose cost is %s', (_, expected) => {
    const { ask } = scene({ budget: { limitUsd: 0, windowMs: DAY_MS } });
    expect(ask(expected)).toMatchObject({ isAllowed: false, limit: 'budget', isTooLarge: true });
  });
});

it('counts a request for every limit or for none, and names the limit that lasts longest', () => {
  const { ask, allowed } = scene({ requestsPerMinute: 2, concurrent: 1 });
  const first = allowed();
  for (let count = 0; count < 5; count += 1) expect(ask()).toMatchObject({ limit: 'concurrent' });
  first.settle({ tokens: 0, costUsd: 0 });
  allowed();
  expect(ask()).toMatchObject({ limit: 'requests' });
});

describe('with more keys than are told apart', () => {
  it('forgets a key without anything to remember', async () => {
    const { clock, ask, allowed } = scene({ requestsPerMinute: 1 }, memoryLimits({ maxKeys: 2 }));
    allowed({}, 'a').settle({ tokens: 0, costUsd: 0 });
    allowed({}, 'b').settle({ tokens: 0, costUsd: 0 });
    await clock.advance(60_000);
    allowed({}, 'c');
    allowed({}, 'd');
    expect([ask({}, 'c').isAllowed, ask({}, 'd').isAllowed]).toEqual([false, false]);
  });

  it('has new keys share one account, and forgets that only when it is empty', async () => {
    const { clock, ask, allowed } = scene({ requestsPerMinute: 1 }, memoryLimits({ maxKeys: 2 }));
    for (const key of ['a', 'b']) allowed({}, key).settle({ tokens: 0, costUsd: 0 });
    await clock.advance(30_000);
    allowed({}, 'c').settle({ tokens: 0, costUsd: 0 });
    expect(ask({}, 'd').isAllowed).toBe(false);
    await clock.advance(30_000);
    expect(ask({}, 'c').isAllowed).toBe(false); // the accounts of a and b could go, and what c did must not
    await clock.advance(30_000);
    allowed({}, 'c');
  });

  it('forgets no key that has spent from a budget', () => {
    const { ask, allowed } = scene({ budget: { limitUsd: 1, windowMs: DAY_MS } }, memoryLimits({ maxKeys: 1 }));
    allowed({ costUsd: 1 }, 'a').settle({ tokens: 0, costUsd: 1 });
    allowed({ costUsd: 1 }, 'b').settle({ tokens: 0, costUsd: 1 });
    expect([ask({ costUsd: 1 }, 'a').isAllowed, ask({ costUsd: 1 }, 'b').isAllowed]).toEqual([false, false]);
  });

  it('remembers no long key', () => {
    const { ask, allowed } = scene({ requestsPerMinute: 1 });
    const long = 'x'.repeat(1_000_000);
    allowed({}, `${long}a`);
    expect(ask({}, `${long}a`).isAllowed).toBe(false);
    allowed({}, `${long}b`);
  });
});

it.each([[0], [1.5], ['many']])('refuses maxKeys %s by name', (maxKeys) => {
  expect(() => memoryLimits({ maxKeys: maxKeys as number })).toThrow(/memoryLimits: maxKeys must be/);
});
