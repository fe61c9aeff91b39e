import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SlidingWindow } from './sliding-window.ts';

const LENGTH_MS = 1_000;

const sums = (window: SlidingWindow): readonly number[] => [window.requests, window.tokens];

it('counts an entry until just before its length has passed', () => {
  const window = new SlidingWindow(LENGTH_MS);
  window.add(5, 10);
  window.moveTo(1_004);
  expect(sums(window)).toEqual([1, 10]);
  window.moveTo(1_005);
  expect(sums(window)).toEqual([0, 0]);
  expect(window.isEmpty).toBe(true);
});

it('says when enough will have left', () => {
  const window = new SlidingWindow(LENGTH_MS);
  for (const [at, tokens] of [
    [0, 10],
    [100, 20],
    [200, 30],
  ] as const)
    window.add(at, tokens);
  expect(window.waitMs(300, (requests) => requests < 3)).toBe(700);
  expect(window.waitMs(300, (_, tokens) => tokens <= 30)).toBe(800);
  expect(window.waitMs(300, (_, tokens) => tokens < 0)).toBe(LENGTH_MS);
});

it('changes nothing for an entry that has left', () => {
  const window = new SlidingWindow(LENGTH_MS);
  const entry = window.add(0, 10);
  window.moveTo(LENGTH_MS);
  window.add(LENGTH_MS, 1);
  window.correct(entry, 1, 500);
  expect(sums(window)).toEqual([1, 1]);
});

it('keeps entries in order for clocks that disagree', () => {
  const window = new SlidingWindow(LENGTH_MS);
  window.add(500, 1);
  window.add(0, 1);
  window.moveTo(1_499);
  expect(sums(window)).toEqual([2, 2]);
  window.moveTo(1_500);
  expect(sums(window)).toEqual([0, 0]);
});

it('always sums to what a list of everything sums to', () => {
  const actions = fc.array(
    fc.record({ waitMs: fc.nat(400), tokens: fc.nat(50), corrects: fc.option(fc.nat(100)), to: fc.nat(50) }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(actions, (list) => {
      const window = new SlidingWindow(LENGTH_MS);
      const all: { at: number; tokens: number; entry: ReturnType<SlidingWindow['add']> }[] = [];
      let now = 0;
      for (const { waitMs, tokens, corrects, to } of list) {
        now += waitMs;
        window.moveTo(now);
        all.push({ at: now, tokens, entry: window.add(now, tokens) });
        const changed = corrects === null ? undefined : all[corrects];
        if (changed !== undefined) {
          window.correct(changed.entry, 1, to);
          changed.tokens = to;
        }
        const within = all.filter(({ at }) => at > now - LENGTH_MS);
        expect(sums(window)).toEqual([within.length, within.reduce((sum, each) => sum + each.tokens, 0)]);
      }
    }),
  );
});
