import { type ManualClock, manualClock } from 'tta-dev-primitives/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeProcess, SharedServer } from '../../__fixtures__/shared-store.ts';
import type { CacheStore } from '../../store/store.ts';
import { contend, type Verdict } from './contender.ts';
import type { Lease, LeaseStore } from './lease.ts';
import { type LeaseOptions, leaseTerms } from './lease-options.ts';

const KEY = 'v1:chat:scope:digest';

let clock: ManualClock;
let server: SharedServer;

beforeEach(() => {
  clock = manualClock();
  server = new SharedServer(clock);
});

/** One process that contends for the making of an entry; what it is told and states is written down. */
function contender(
  options: LeaseOptions = {},
  qualities: Pick<CacheStore, 'isUsable' | 'deadlineMs'> & Partial<Pick<LeaseStore, 'atomic'>> = {},
  key: string = KEY,
) {
  const process = new FakeProcess(server, clock);
  const controller = new AbortController();
  const facts: [string, unknown][] = [];
  const told: { verdict?: Verdict<string>; atMs?: number } = {};
  const beganAt = clock.now();
  const contest = {
    key,
    find: async () => {
      const text = (await process.store.get(key))?.value;
      return text === 'corrupt' ? undefined : text;
    },
    signal: controller.signal,
    clock: process.clock,
    note: (name: string, value: unknown) => void facts.push([name, value]),
  };
  void contend(contest, { ...process.store, ...qualities }, leaseTerms(options), () => 1).then((verdict) => {
    told.verdict = verdict;
    told.atMs = clock.now() - beganAt;
  });
  return { process, told, facts, leave: () => controller.abort() };
}

async function holder(): Promise<{ readonly process: FakeProcess; readonly lease: Lease }> {
  const { process, told } = contender();
  await clock.advance(0);
  if (told.verdict?.kind !== 'holder') throw new Error('the lease should have been free');
  return { process, lease: told.verdict.lease };
}

/** Stores the answer as a holder does. */
async function store(process: FakeProcess, answer: string): Promise<void> {
  await process.store.set(KEY, answer, 60_000);
}

describe('a lease that is free', () => {
  it('is taken in one round trip, which also looks for an answer stored meanwhile', async () => {
    const { told, facts } = contender();
    await clock.advance(0);
    expect(told.verdict?.kind).toBe('holder');
    expect(server.asked).toEqual({ setIfAbsent: 1, getMany: 1 });
    expect(facts).toEqual([['cache.lease', 'held']]);
  });

  it('is that of one entry', async () => {
    await holder();
    const { told } = contender({}, {}, 'v1:chat:scope:other');
    await clock.advance(0);
    expect(told.verdict?.kind).toBe('holder');
  });

  it('is left alone where it could not be given back', async () => {
    const { atomic } = new FakeProcess(server, clock).store;
    const { told, facts } = contender({}, { atomic: { ...atomic, areAllowed: async () => false } });
    await clock.advance(0);
    expect(told.verdict).toEqual({ kind: 'alone' });
    expect([server.asked, facts]).toEqual([{}, []]);
  });

  it('is given back at once when the answer has been stored meanwhile', async () => {
    server.write(KEY, 'answer', 60_000);
    const { told } = contender();
    await clock.advance(0);
    expect(told.verdict).toEqual({ kind: 'answered', answer: 'answer', hasWaited: false });
    expect(server.keys).toEqual([KEY]);
  });

  it('lives as long as its holder renews it, however long that is', async () => {
    const { lease } = await holder();
    await clock.advance(60_000);
    expect(contender().told.verdict).toBeUndefined();
    expect(server.keys).toHaveLength(1);
    lease.release('stored');
    await clock.advance(0);
    expect(server.keys).toEqual([]);
    expect(clock.pendingTimers).toBe(1); // of the contender above
  });
});

describe('a process that finds the lease taken', () => {
  it('gets the answer soon after it is stored, and says that it waited', async () => {
    const { process, lease } = await holder();
    const waiting = contender();
    await clock.advance(10_000);
    expect(waiting.told.verdict).toBeUndefined();
    await store(process, 'answer');
    lease.release('stored');
    await clock.advance(100);
    expect(waiting.told.verdict).toEqual({ kind: 'answered', answer: 'answer', hasWaited: true });
    expect(waiting.facts).toEqual([
      ['cache.lease', 'answered'],
      ['cache.leaseWaitMs', waiting.told.atMs],
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('looks again at growing intervals of at most a twentieth of the life of a lease', async () => {
    await holder();
    contender();
    await clock.advance(0);
    const before = server.asked['getMany'] ?? 0;
    await clock.advance(10_000);
    expect((server.asked['getMany'] ?? 0) - before).toBeLessThanOrEqual(10_000 / 100 + 5);
  });

  it('calls too, and at once, when the answer turns out not to be cacheable; so does everybody who waits', async () => {
    const { lease } = await holder();
    const waiting = Array.from({ length: 20 }, () => contender());
    await clock.advance(5_000);
    lease.release('uncacheable');
    await clock.advance(100);
    expect(waiting.map(({ told }) => told.verdict?.kind)).toEqual(waiting.map(() => 'alone'));
    const late = contender();
    await clock.advance(0);
    expect(late.told.verdict?.kind).toBe('alone');
    await clock.advance(2_000);
    expect(server.keys).toEqual([]);
  });

  it('tries again when the holder has failed: one of all who wait', async () => {
    const { lease } = await holder();
    const waiting = Array.from({ length: 20 }, () => contender());
    await clock.advance(5_000);
    lease.release('failed');
    await clock.advance(1_000);
    expect(waiting.filter(({ told }) => told.verdict !== undefined)).toHaveLength(1);
    const [next] = waiting.flatMap(({ told }) => (told.verdict?.kind === 'holder' ? [told.verdict.lease] : []));
    next?.release('failed');
    await clock.advance(1_000);
    expect(waiting.filter(({ told }) => told.verdict !== undefined)).toHaveLength(2);
    expect(waiting.flatMap(({ facts }) => facts).filter(([name]) => name === 'cache.leaseExpired')).toEqual([]);
  });

  it('F17 takes over when the holder was lost, after the life of a lease: one of all who wait', async () => {
    const { process } = await holder();
    const waiting = Array.from({ length: 20 }, () => contender());
    await clock.advance(5_000);
    process.isLost = true;
    await clock.advance(2_100);
    const over = waiting.filter(({ told }) => told.verdict !== undefined);
    expect(over.map(({ told }) => told.verdict?.kind)).toEqual(['holder']);
    expect(over[0]?.facts).toContainEqual(['cache.leaseExpired', true]);
    expect(over[0]?.facts).toContainEqual(['cache.lease', 'taken_over']);
  });

  it('calls too when it has waited long enough for a holder that lives', async () => {
    await holder();
    const waiting = contender({ waitMs: 3_000 });
    await clock.advance(2_990);
    expect(waiting.told.verdict).toBeUndefined();
    await clock.advance(10);
    expect(waiting.told).toEqual({ verdict: { kind: 'alone' }, atMs: 3_000 });
    expect(waiting.facts).toContainEqual(['cache.lease', 'gave_up']);
  });

  it('never waits with a wait of 0', async () => {
    await holder();
    const waiting = contender({ waitMs: 0 });
    await clock.advance(0);
    expect(waiting.told).toEqual({ verdict: { kind: 'alone' }, atMs: 0 });
  });

  it('waits for a stream that another process reads only as long as it is told', async () => {
    const { lease } = await holder();
    const waiting = contender({ streamWaitMs: 400 });
    await clock.advance(5_000);
    lease.streams();
    await clock.advance(500);
    expect(waiting.told.verdict?.kind).toBe('alone');
    expect(waiting.told.atMs).toBeGreaterThanOrEqual(5_400);
    lease.release('stored');
    await clock.advance(0);
    expect(server.keys).toEqual([]);
  });

  it('stops when nobody waits for it any more, and leaves no timer behind', async () => {
    await holder();
    const before = clock.pendingTimers;
    const waiting = contender();
    await clock.advance(1_000);
    waiting.leave();
    await clock.advance(0);
    expect(waiting.told.verdict?.kind).toBe('alone');
    expect(clock.pendingTimers).toBe(before);
  });

  it('takes what it cannot open for no answer, and opens it once', async () => {
    const { process } = await holder();
    const waiting = contender();
    await store(process, 'corrupt');
    await clock.advance(1_000);
    expect(waiting.told.verdict).toBeUndefined();
    expect(server.asked['get']).toBe(1);
  });
});

const failing = (operation: string) => (asked: string) => {
  if (asked === operation) throw new Error('READONLY');
};

describe('a store that cannot be used', () => {
  it.each(['setIfAbsent', 'getMany'])('lets everybody call at once when %s fails', async (operation) => {
    server.trouble = failing(operation);
    const { told, facts } = contender();
    await clock.advance(0);
    expect(told).toEqual({ verdict: { kind: 'alone' }, atMs: 0 });
    expect(facts).toContainEqual(['cache.lease', 'unavailable']);
  });

  it('is not asked when it is known not to answer', async () => {
    const { told, facts } = contender({}, { isUsable: false });
    await clock.advance(0);
    expect(told.verdict?.kind).toBe('alone');
    expect(server.asked).toEqual({});
    expect(facts).toEqual([['cache.lease', 'unavailable']]);
  });

  it('has a lease taken from it too late given back, so that nobody waits for it', async () => {
    server.trouble = (operation) => {
      if (operation === 'getMany') throw new Error('timeout');
      return new Promise((resolve) => void clock.setTimer(resolve, operation === 'setIfAbsent' ? 70 : 0));
    };
    const { told } = contender();
    await clock.advance(60);
    expect(told.verdict?.kind).toBe('alone');
    await clock.advance(60);
    expect(server.keys.map((key) => server.read(key))).toEqual(['failed']);
    await clock.advance(540);
    expect(server.asked).toMatchObject({ setIfAbsent: 1, replaceIf: 1 });
    expect(server.keys).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends the wait when it fails meanwhile', async () => {
    await holder();
    const waiting = contender();
    await clock.advance(1_000);
    server.trouble = failing('getMany');
    await clock.advance(100);
    expect(waiting.told.verdict?.kind).toBe('alone');
  });
});

describe('a holder', () => {
  it('F17 whose lease has expired does not touch the one of the next', async () => {
    const { lease } = await holder();
    server.trouble = failing('replaceIf');
    await clock.advance(2_000);
    server.trouble = () => {};
    const next = await holder();
    for (const end of ['stored', 'failed', 'uncacheable'] as const) {
      lease.streams();
      lease.release(end);
      await clock.advance(1_000);
    }
    const renewals = server.asked['replaceIf'] ?? 0;
    await clock.advance(5_000);
    expect((server.asked['replaceIf'] ?? 0) - renewals).toBe(10); // of the next holder alone
    expect(contender().told.verdict).toBeUndefined();
    next.lease.release('stored');
    await clock.advance(0);
    expect(server.keys).toEqual([]);
  });

  it('goes on renewing when the store had failed for a moment', async () => {
    await holder();
    server.trouble = failing('replaceIf');
    await clock.advance(1_200);
    server.trouble = () => {};
    await clock.advance(10_000);
    expect(server.keys).toHaveLength(1);
  });

  it('renews a lease that says stream under that word', async () => {
    const { lease } = await holder();
    lease.streams();
    await clock.advance(10_000);
    expect(server.keys).toHaveLength(1);
    lease.release('stored');
    await clock.advance(0);
    expect(server.keys).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('releases once', async () => {
    const { lease } = await holder();
    lease.release('stored');
    lease.release('uncacheable');
    await clock.advance(0);
    expect(server.keys).toEqual([]);
  });
});
