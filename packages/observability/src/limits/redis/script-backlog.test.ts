import { expect, it } from 'vitest';
import { type KeptScript, ScriptBacklog } from './script-backlog.ts';

const kept = (tries = 0): KeptScript => ({ run: async () => {}, tries });

it('gives the oldest scripts first', () => {
  const backlog = new ScriptBacklog();
  const scripts = [kept(), kept(), kept()];
  for (const script of scripts) backlog.add(script);
  expect([backlog.take(2), backlog.take(2), backlog.isEmpty]).toEqual([scripts.slice(0, 2), scripts.slice(2), true]);
});

it('drops the oldest of more than 10,000', () => {
  const backlog = new ScriptBacklog();
  const [first, second] = [kept(), kept()];
  for (const script of [first, second, ...Array.from({ length: 9_999 }, () => kept())]) backlog.add(script);
  const taken = backlog.take(20_000);
  expect([taken.length, taken[0] === second]).toEqual([10_000, true]);
});

it('drops a script that was tried five times', () => {
  const backlog = new ScriptBacklog();
  for (const tries of [4, 5]) backlog.add(kept(tries));
  expect(backlog.take(9)).toHaveLength(1);
});
