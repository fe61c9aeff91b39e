import { expect, it, vi } from 'vitest';
import { Flights } from './flight.ts';

const VALUE = { kind: 'value' } as never;

/** Work under a key and the label of a tag, which ends when a test says so. */
function started() {
  const flights = new Flights();
  const join = (isExacting?: boolean) => flights.join('key', ['key', 'tag'], () => new Promise(() => {}), isExacting);
  return { flights, join, flight: join().flight };
}

it('repeats a look that is outdated, and none once the step is asked', () => {
  const { flight } = started();
  expect([flight.state, flight.outdate()]).toEqual(['looking', true]);
  flight.asks();
  expect([flight.state, flight.outdate()]).toEqual(['asking', false]);
});

it('counts one caller as the starter in place of a starter that was served without it', () => {
  const { flight } = started();
  flight.disown();
  expect(flight.takesOver()).toBe(false);
  flight.land(VALUE);
  expect([flight.takesOver(), flight.takesOver()]).toEqual([true, false]);
});

it('says when no caller can join any more, before and after that', async () => {
  const { flight } = started();
  const before = flight.whenClosed();
  flight.close();
  await expect(Promise.all([before, flight.whenClosed()])).resolves.toHaveLength(2);
  const late = started().flight;
  late.close();
  await late.whenClosed();
});

it('is ended by the last to leave, with the reason of that caller', () => {
  const { flight, join } = started();
  join();
  const ended = vi.fn();
  flight.abortSource.onAbort(ended);
  flight.leave('first');
  expect(ended).not.toHaveBeenCalled();
  flight.leave('last');
  expect(ended).toHaveBeenCalledExactlyOnceWith('last');
});

it('is not ended by the last to leave once it has failed', () => {
  const { flight } = started();
  const ended = vi.fn();
  flight.abortSource.onAbort(ended);
  flight.fail(new Error('the step failed'));
  flight.leave('left');
  expect([ended.mock.calls.length, flight.isDone]).toEqual([0, true]);
});

it('takes those who accept an answer that is being stored, and starts anew for those who do not', () => {
  const { flight, join } = started();
  flight.done();
  expect([flight.state, join().flight === flight, join(true).isStarter]).toEqual(['storing', true, true]);
});

it('takes no further caller after a tag of its answer was invalidated', () => {
  const { flights, flight, join } = started();
  flight.asks();
  flights.invalidate('tag', 'changed');
  expect([flight.objection, flight.state, join().isStarter]).toEqual(['changed', 'closed', true]);
});
