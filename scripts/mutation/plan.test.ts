import { expect, it } from 'vitest';
import { eventsOf, type RunEvent, verdictsOf } from './plan.ts';

const test = '/src/a.test.ts';
const baseline: RunEvent = { type: 'baseline', test, ms: 1, isGreen: true, reached: [0, 1] };
const clean: RunEvent = { type: 'clean', test };
const unclean: RunEvent = { type: 'unclean', test };
const killed = (id: number): readonly RunEvent[] => [
  { type: 'start', test, id },
  { type: 'killed', test, id, by: 'a test' },
];
const survived = (id: number): readonly RunEvent[] => [
  { type: 'start', test, id },
  { type: 'survived', test, id },
];
const killedIn = (...events: readonly RunEvent[]): readonly number[] => [...verdictsOf(events).killedBy.keys()];

it('counts a kill if the tests pass afterwards', () => {
  expect(killedIn(baseline, clean, ...killed(0), ...survived(1), clean)).toEqual([0]);
});

it('does not count kills after a mutant that may have left something behind', () => {
  const events = [baseline, clean, ...survived(1), ...killed(0), unclean];
  expect(killedIn(...events)).toEqual([]);
  expect(verdictsOf(events).unclean).toEqual(new Set([test]));
});

it('counts a kill whose own mutant left something behind', () => {
  expect(killedIn(baseline, clean, ...killed(0), unclean)).toEqual([0]);
});

it('leaves out a test file that fails without a mutant, at first or when it runs again', () => {
  const unusable = (...events: readonly RunEvent[]) => [...verdictsOf(events).unusable];
  expect(unusable({ ...baseline, isGreen: false })).toEqual([test]);
  expect(unusable(baseline, unclean)).toEqual([test]);
  expect(unusable(baseline, clean, ...killed(0), unclean)).toEqual([]);
});

it('reads the lines of events that are complete', () => {
  expect(eventsOf(`${JSON.stringify(clean)}\n{"type":"cl`)).toEqual([clean]);
});
