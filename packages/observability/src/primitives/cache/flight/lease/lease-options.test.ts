import { getEventListeners } from 'node:events';
import { manualClock } from 'tta-dev-primitives/testing';
import { expect, it } from 'vitest';
import { leaseTerms, Patience } from './lease-options.ts';

const WAIT_MS = 30_000;

function waiting() {
  const clock = manualClock();
  const controller = new AbortController();
  const patience = new Patience(leaseTerms({}), clock, controller.signal, () => 1);
  return { clock, controller, patience };
}

it('may wait as long as it takes', () => {
  const forever = { waitMs: Infinity, streamWaitMs: Infinity };
  expect(leaseTerms(forever)).toMatchObject(forever);
});

it('waits for a stream from the first time that one is seen', async () => {
  const { clock, patience } = waiting();
  await clock.advance(500);
  patience.shorten();
  await clock.advance(999);
  patience.shorten();
  expect(patience.isOver).toBe(false);
  await clock.advance(1);
  expect([patience.isOver, patience.waitedMs]).toEqual([true, 1_500]);
});

it('does not wait longer for a stream than for another answer', async () => {
  const { clock, patience } = waiting();
  await clock.advance(WAIT_MS - 1);
  patience.shorten();
  await clock.advance(1);
  expect(patience.isOver).toBe(true);
});

it('ends a pause when the last caller leaves, before the pause or in it, and leaves no listener', async () => {
  const { clock, controller, patience } = waiting();
  const first = patience.pause();
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
  await clock.advance(5);
  await first;
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  const second = patience.pause();
  controller.abort();
  await second;
  await patience.pause();
  expect([patience.isOver, clock.pendingTimers]).toEqual([true, 0]);
});
