import type { Clock } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { expect, it, vi } from 'vitest';
import { Lease, type LeaseInit, type LeaseStore, leaseKeyOf } from './lease.ts';

const TTL_MS = 2_000;

function held(isOurs = true, clock: Clock = manualClock()) {
  const writes: unknown[][] = [];
  const write = (...given: unknown[]): Promise<boolean> => {
    writes.push(given.slice(0, 3));
    return Promise.resolve(isOurs);
  };
  const store = { atomic: { replaceIf: write, deleteIf: write } } as unknown as LeaseStore;
  const init: LeaseInit = { store, key: 'lease:k', token: 't', ttlMs: TTL_MS, clock, note: () => {} };
  return { lease: new Lease(init), writes };
}

it('changes nothing once it is released', async () => {
  const { lease, writes } = held();
  lease.release('failed');
  lease.streams();
  lease.release('stored');
  await vi.waitFor(() => expect(writes).toEqual([['lease:k', 'held:t', 'failed']]));
});

it('changes nothing once another process holds it', async () => {
  const clock = manualClock();
  const { lease, writes } = held(false, clock);
  await clock.advance(TTL_MS / 4);
  await vi.waitFor(() => expect(writes).toEqual([['lease:k', 'held:t', 'held:t']]));
  await clock.advance(TTL_MS);
  lease.streams();
  lease.release('stored');
  await Promise.resolve();
  expect(writes).toHaveLength(1);
});

it('lets the process end while it is renewed', () => {
  const unref = vi.fn();
  const clock = { ...manualClock(), now: () => 0, epochMs: () => 0, setTimer: () => ({ cancel: () => {}, unref }) };
  held(true, clock as unknown as Clock);
  expect(unref).toHaveBeenCalledOnce();
});

it('has a key of its own for each entry', () => {
  expect(leaseKeyOf('a')).not.toBe(leaseKeyOf('b'));
});
