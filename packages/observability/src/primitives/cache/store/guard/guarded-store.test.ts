import type { NoteFact } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { FakeStore, never, reply } from '../../__fixtures__/fake-store.ts';
import type { ReportingStore } from '../reporting-store.ts';
import { StoreError } from '../store.ts';
import { guardedStore } from './guarded-store.ts';

const HOUR_MS = 3_600_000;

function setUp(options: { random?: () => number; prepare?: () => Promise<unknown> } = {}) {
  const clock = manualClock();
  const { prepare } = options;
  const fake = Object.assign(new FakeStore(), prepare && { prepare });
  const lines: string[] = [];
  const log = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  const logger = { info: log('info'), warn: log('warn'), error: log('error') };
  const facts: string[] = [];
  const note: NoteFact = (name, value) => void facts.push(`${name}=${String(value)}`);
  const store: ReportingStore = guardedStore(fake, { clock, logger, random: options.random ?? (() => 1) });
  return { clock, fake, lines, facts, note, store };
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return error instanceof StoreError ? error.reason : 'not a StoreError';
  }
}

describe('reads of a guarded store', () => {
  it('F04 wait for a hung store until the deadline once, and then not at all', async () => {
    const { clock, fake, store } = setUp();
    fake.trouble = never;
    const first = reasonOf(store.get('k'));
    await clock.advance(49);
    expect(await Promise.race([first, 'pending'])).toBe('pending');
    await clock.advance(1);
    expect(await first).toBe('timeout');
    const before = clock.now();
    expect(await reasonOf(store.get('k'))).toBe('timeout');
    expect(clock.now()).toBe(before);
    expect(fake.asked.get).toBe(1);
  });

  it('F03 stop at the first connection error', async () => {
    const { fake, store } = setUp();
    fake.trouble = () => {
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    };
    expect(await reasonOf(store.get('k'))).toBe('connect');
    expect(await reasonOf(store.get('k'))).toBe('connect');
    expect(fake.asked.get).toBe(1);
  });

  it('go on after one answered probe, of which there is one at a time', async () => {
    const { clock, fake, store } = setUp();
    fake.held.set('k', 'value');
    fake.trouble = never;
    void reasonOf(store.get('k'));
    await clock.advance(50 + 100);
    for (let turn = 0; turn < 10; turn += 1) void reasonOf(store.get('k'));
    expect(fake.asked.ping).toBe(1);
    fake.trouble = () => {};
    await clock.advance(50 + 200);
    expect(fake.asked.ping).toBe(2);
    expect((await store.get('k'))?.value).toBe('value');
  });

  it('probe at intervals that double to 800 ms', async () => {
    const { clock, fake, store } = setUp();
    fake.trouble = () => {
      throw new Error('LOADING Redis is loading the dataset in memory');
    };
    expect(await reasonOf(store.get('k'))).toBe('loading');
    const probedAt: number[] = [];
    fake.trouble = (operation) => {
      if (operation === 'ping') probedAt.push(clock.now());
      throw new Error('LOADING Redis is loading the dataset in memory');
    };
    await clock.advance(4_000);
    expect(probedAt).toEqual([100, 300, 700, 1_500, 2_300, 3_100, 3_900]);
  });

  it('spread their probes between half the interval and all of it', async () => {
    const { clock, fake, store } = setUp({ random: () => 0 });
    fake.trouble = () => {
      throw new Error('broken');
    };
    void reasonOf(store.get('k'));
    await clock.advance(50);
    expect(fake.asked.ping).toBe(1);
  });

  it('keep doubling while probes are answered and reads are not', async () => {
    const { clock, fake, store } = setUp();
    fake.trouble = (operation) => {
      if (operation === 'get') throw new Error('NOPERM this user has no permissions to run the get command');
    };
    expect(await reasonOf(store.get('k'))).toBe('noperm');
    await clock.advance(100);
    expect(await reasonOf(store.get('k'))).toBe('noperm');
    expect(fake.asked.get).toBe(2);
    await clock.advance(199);
    expect(await reasonOf(store.get('k'))).toBe('noperm');
    expect(fake.asked.get).toBe(2);
    await clock.advance(1);
    expect(await reasonOf(store.get('k'))).toBe('noperm');
    expect(fake.asked.get).toBe(3);
  });

  it('begin again with the shortest interval once a read has succeeded', async () => {
    const { clock, fake, store } = setUp();
    for (let outage = 0; outage < 3; outage += 1) {
      fake.trouble = reply('broken');
      expect(await reasonOf(store.get('k'))).toBe('other');
      fake.trouble = () => {};
      await clock.advance(100);
      expect(await reasonOf(store.get('k'))).toBe('none');
    }
  });

  it('F10 ask a server that refuses our credentials up to five seconds apart', async () => {
    const { clock, fake, store, lines } = setUp();
    fake.trouble = reply('NOAUTH Authentication required.');
    expect(await reasonOf(store.get('k'))).toBe('auth');
    await clock.advance(60_000);
    expect(fake.asked.ping).toBeLessThan(20);
    expect(lines).toEqual(['error: cache store: it refuses our credentials; it is not used until it takes them']);
  });

  it('give a connection up after three deadlines in a row, probes included', async () => {
    const { clock, fake, store } = setUp();
    fake.trouble = never;
    void reasonOf(store.get('k'));
    await clock.advance(50 + 100 + 50 + 199);
    expect(fake.asked.reset).toBe(0);
    await clock.advance(1 + 50);
    expect(fake.asked.reset).toBe(1);
  });

  it('F23 take a thousand callers through a hang with one line for it', async () => {
    const { clock, fake, store, lines } = setUp();
    fake.trouble = never;
    const reads = Array.from({ length: 1_000 }, () => reasonOf(store.get('k')));
    await clock.advance(50);
    expect(new Set(await Promise.all(reads))).toEqual(new Set(['timeout']));
    await clock.advance(5_000);
    fake.trouble = () => {};
    await clock.advance(2_000);
    expect(lines).toEqual([
      'warn: cache store: not usable (timeout); it is left alone until it answers',
      'info: cache store: usable again',
    ]);
  });

  it('state what happened, and the changes of the breaker', async () => {
    const { clock, fake, store, facts, note } = setUp();
    fake.trouble = never;
    void reasonOf(store.get('k', note));
    await clock.advance(50);
    void reasonOf(store.get('k', note));
    fake.trouble = () => {};
    await clock.advance(100);
    expect(facts).toEqual([
      'cache.storeOperation=get',
      'cache.storeError=timeout',
      'cache.breakerState=open',
      'cache.unavailable=timeout',
      'cache.breakerState=half_open',
      'cache.breakerState=closed',
    ]);
  });

  it('drop a reply that comes after the deadline, also one that fails', async () => {
    const { clock, fake, store } = setUp();
    const late = Promise.withResolvers<void>();
    fake.trouble = () => late.promise;
    const read = reasonOf(store.get('k'));
    await clock.advance(50);
    late.reject(new Error('too late'));
    expect(await read).toBe('timeout');
  });
});

describe('writes of a guarded store', () => {
  it.each([
    ['readonly', "READONLY You can't write against a read only replica."],
    ['oom', "OOM command not allowed when used memory > 'maxmemory'."],
    ['misconf', 'MISCONF Redis is configured to save RDB snapshots'],
    ['noperm', 'NOPERM this user has no permissions'],
  ])('that are refused (%s) leave reads alone', async (reason, message) => {
    const { fake, store, facts, note } = setUp();
    fake.held.set('k', 'value');
    fake.trouble = (operation) => {
      if (operation === 'set') throw new Error(message);
    };
    expect(await reasonOf(store.set('k', 'new', HOUR_MS, note))).toBe(reason);
    expect(facts).toEqual(['cache.storeOperation=set', `cache.storeError=${reason}`, `cache.writeFailed=${reason}`]);
    expect((await store.get('k'))?.value).toBe('value');
  });

  it('are tried again one at a time, and go on when one succeeds', async () => {
    const { clock, fake, store, lines } = setUp();
    fake.trouble = reply("READONLY You can't write against a read only replica.");
    for (let turn = 0; turn < 5; turn += 1) expect(await reasonOf(store.set('k', 'v', HOUR_MS))).toBe('readonly');
    expect(fake.asked.set).toBe(1);
    await clock.advance(100);
    fake.trouble = () => {};
    await store.set('k', 'v', HOUR_MS);
    await store.set('k', 'w', HOUR_MS);
    expect(fake.held.get('k')).toBe('w');
    expect(lines).toEqual([
      'warn: cache store: refuses writes (readonly); answers are not stored until it takes them',
      'info: cache store: takes writes again',
    ]);
  });

  it('are tried while reads are not, because a slow read is no reason to lose an answer', async () => {
    const { clock, fake, store } = setUp();
    fake.trouble = (operation) => (operation === 'set' ? undefined : never());
    void reasonOf(store.get('k'));
    await clock.advance(50);
    await store.set('k', 'v', HOUR_MS);
    expect(fake.held.get('k')).toBe('v');
  });

  it('say nothing of their own when the store is lost altogether', async () => {
    const { clock, fake, store, lines } = setUp();
    fake.trouble = () => {
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    };
    await reasonOf(store.get('k'));
    await reasonOf(store.set('k', 'v', HOUR_MS));
    fake.trouble = () => {};
    await clock.advance(100);
    await store.set('k', 'v', HOUR_MS);
    expect(lines).toEqual([
      'warn: cache store: not usable (connect); it is left alone until it answers',
      'info: cache store: usable again',
    ]);
  });

  it('have a deadline of their own', async () => {
    const { clock, fake, store } = setUp();
    fake.trouble = never;
    const write = reasonOf(store.set('k', 'v', HOUR_MS));
    await clock.advance(999);
    expect(await Promise.race([write, 'pending'])).toBe('pending');
    await clock.advance(1);
    expect(await write).toBe('timeout');
  });

  it('say that a hung server was too late, when their connection is given up beneath them', async () => {
    const { clock, fake, store } = setUp();
    const dropped = Promise.withResolvers<void>();
    fake.trouble = (operation) => (operation === 'set' ? dropped.promise : never());
    fake.reset = () => dropped.reject(Object.assign(new Error('the client was closed'), { code: 'ECONNRESET' }));
    const write = reasonOf(store.set('k', 'v', HOUR_MS));
    void reasonOf(store.get('k'));
    await clock.advance(50 + 100 + 50 + 200 + 50);
    expect(await Promise.race([write, 'pending'])).toBe('timeout');
  });

  it('say that their connection was closed, when the server did it', async () => {
    const { fake, store } = setUp();
    fake.trouble = () => {
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    };
    expect(await reasonOf(store.set('k', 'v', HOUR_MS))).toBe('closed');
  });

  it('are dropped rather than piled up', async () => {
    const { fake, store } = setUp();
    fake.trouble = never;
    const large = 'x'.repeat(16 * 2 ** 20);
    const writes = Array.from({ length: 5 }, () => reasonOf(store.set('k', large, HOUR_MS)));
    expect(await Promise.race(writes)).toBe('other');
    expect(fake.asked.set).toBe(4);
  });
});

describe('a guarded store that is closed', () => {
  it('waits for its writes, then closes the store, once', async () => {
    const { fake, store } = setUp();
    const slow = Promise.withResolvers<void>();
    fake.trouble = () => slow.promise;
    const write = store.set('k', 'v', HOUR_MS);
    const closing = [store.close(), store.close()];
    expect(fake.asked.close).toBe(0);
    slow.resolve();
    await Promise.all([write, ...closing]);
    expect(fake.asked.close).toBe(1);
    expect(fake.held.get('k')).toBe('v');
  });

  it('probes no more and refuses everything', async () => {
    const { clock, fake, store } = setUp();
    fake.trouble = never;
    void reasonOf(store.get('k'));
    await clock.advance(50);
    await store.close();
    await clock.advance(60_000);
    expect(fake.asked.ping).toBe(0);
    expect(clock.pendingTimers).toBe(0);
    expect(await reasonOf(store.get('k'))).toBe('closed');
  });
});

describe('guardedStore', () => {
  it('guards a store once', () => {
    const fake = new FakeStore();
    const store = guardedStore(fake);
    expect(guardedStore(store)).toBe(store);
    expect(guardedStore(fake)).toBe(store);
  });

  it('refuses what is no store, and no deadline', () => {
    expect(() => guardedStore({} as never)).toThrow('guardedStore: store must be a CacheStore, but it has no get');
    expect(() => guardedStore(new FakeStore(), { deadlineMs: 0 })).toThrow('deadlineMs must be a number above 0');
  });

  it('does not count against the deadline what is loaded on this machine', async () => {
    const loading = Promise.withResolvers<void>();
    const { clock, fake, store } = setUp({ prepare: () => loading.promise });
    fake.held.set('k', 'value');
    const read = store.get('k');
    await clock.advance(999);
    loading.resolve();
    expect((await read)?.value).toBe('value');
  });

  it('gives up a load that hangs, and uses the store once it has come to an end after all', async () => {
    const loading = Promise.withResolvers<void>();
    const { clock, fake, store } = setUp({ prepare: () => loading.promise });
    fake.held.set('k', 'value');
    const operations = [reasonOf(store.get('k')), reasonOf(store.set('other', 'v', HOUR_MS))];
    await clock.advance(1_000);
    expect(await Promise.all(operations)).toEqual(['timeout', 'timeout']);
    loading.resolve();
    await clock.advance(1_000);
    expect((await store.get('k'))?.value).toBe('value');
  });

  it('loads again what could not be loaded, and uses the store once it could', async () => {
    const prepare = vi.fn(async () => {});
    prepare.mockRejectedValueOnce(new Error('EMFILE: too many open files'));
    const { clock, fake, store } = setUp({ prepare });
    fake.held.set('k', 'value');
    expect(await reasonOf(store.get('k'))).toBe('other');
    await clock.advance(1_000);
    expect((await store.get('k'))?.value).toBe('value');
    expect(prepare).toHaveBeenCalledTimes(2);
  });

  it('says which package to install where one is missing, to the log once and to whoever asks', async () => {
    const { clock, store, lines, facts, note } = setUp({
      prepare: () => Promise.reject(Object.assign(new Error('not found'), { code: 'ERR_TTA_NOT_INSTALLED' })),
    });
    const sentence = 'a Redis url needs @redis/client';
    for (let call = 0; call < 2; call += 1) await expect(store.get('k', note)).rejects.toThrow(sentence);
    await clock.advance(10_000);
    expect(facts).toContain('cache.storeError=not_installed');
    expect(lines).toEqual([expect.stringMatching(`^error: .*${sentence}`)]);
  });

  it('hears the rejections of a logger that is asynchronous', async () => {
    const fail = async (): Promise<never> => {
      throw new Error('disk full');
    };
    const fake = new FakeStore();
    fake.trouble = reply('broken');
    const store = guardedStore(fake, { logger: { info: fail, warn: fail, error: fail }, clock: manualClock() });
    expect(await reasonOf(store.get('k'))).toBe('other');
    await new Promise((resolve) => setImmediate(resolve)); // an unheard rejection would fail the run
  });

  it('survives a logger that fails', async () => {
    const fail = (): never => {
      throw new Error('disk full');
    };
    const fake = new FakeStore();
    fake.trouble = reply('broken');
    const store = guardedStore(fake, { logger: { info: fail, warn: fail, error: fail }, clock: manualClock() });
    expect(await reasonOf(store.get('k'))).toBe('other');
  });
});
