import { describe, expect, it } from 'vitest';
import { LazyController } from './abort-source.ts';
import { WorkflowContext } from './context.ts';
import { delayBehindOwner } from './deadline.ts';
import { manualClock } from './testing/manual-clock.ts';

const contextWith = (deadline?: number): WorkflowContext => new WorkflowContext({ clock: manualClock(), deadline });

const abortSource = new LazyController();

describe('delayBehindOwner', () => {
  it('leaves whoever has set a deadline more than the millisecond by which its timer may differ', () => {
    expect(delayBehindOwner(contextWith(99.2))).toBe(105);
    expect(delayBehindOwner(contextWith(0))).toBe(5);
  });

  it('never comes where there is no deadline', () => {
    expect(delayBehindOwner(contextWith())).toBe(Infinity);
  });

  it('never comes where somebody aborts the work at its deadline', () => {
    const owned = contextWith().child('owned', { deadline: 100, abortSource });
    expect(
      [owned, owned.child('part'), owned.child('late', { deadline: 200 })].map((one) => delayBehindOwner(one)),
    ).toEqual([Infinity, Infinity, Infinity]);
  });

  it('comes for a deadline that is shorter than the owned one, or that is left behind', () => {
    const owned = contextWith().child('owned', { deadline: 100, abortSource });
    expect(delayBehindOwner(owned.child('short', { deadline: 50 }))).toBe(55);
    expect(delayBehindOwner(owned.detach('free', { deadline: 50 }))).toBe(55);
    expect(delayBehindOwner(contextWith(50).child('branch', { abortSource }))).toBe(55);
  });
});
