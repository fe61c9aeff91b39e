import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowContext } from 'tta-dev-primitives';
import { systemClock } from 'tta-dev-primitives/internal';
import { manualClock } from 'tta-dev-primitives/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RedisService, startRedis } from '../../../../../scripts/services/redis.ts';
import { redisCommand } from '../../../../../scripts/services/redis-command.ts';
import { ObeyingProcess } from '../../limits/__fixtures__/obeying-process.ts';
import { digestOfKey } from '../../limits/bounded-key.ts';
import { isLimitError } from '../../limits/limit-error.ts';
import type { LimitReservation, LimitStore } from '../../limits/limit-store.ts';
import { type RedisLimitsOptions, redisLimits } from '../../limits/redis/redis-limits.ts';
import { answer, request } from './__fixtures__/limited-calls.ts';
import type { Orders, Outcomes } from './__fixtures__/limited-process.ts';
import { LimitPrimitive } from './limit-primitive.ts';

/** For what a busy machine may take its time for; the deadlines have tests of their own. */
const PATIENT_MS = 60_000;
const PATIENTLY = { timeout: PATIENT_MS, interval: 20 };
const DAY_MS = 86_400_000;
/** One token of the prompt, and the hundred that the request asks for. */
const EXPECTED = 101;

const redis = await startRedis({ mustBeOurs: true });
afterAll(() => redis?.stop());

describe.skipIf(redis === undefined)('limits over Redis', () => {
  const server = redis as RedisService;
  const stores: LimitStore[] = [];
  const processes: ObeyingProcess<Orders, Outcomes>[] = [];

  beforeAll(async () => {
    const file = new URL('__fixtures__/limited-process.ts', import.meta.url);
    const parameters = [server.url, `${randomUUID()}:`];
    processes.push(...(await Promise.all([1, 2].map(() => ObeyingProcess.start<Orders, Outcomes>(file, parameters)))));
  });

  afterAll(() => Promise.all(processes.map((child) => child.stop())));

  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });

  const inBoth = (orders: Orders): Promise<readonly Outcomes[]> =>
    Promise.all(processes.map((child) => child.obey(orders)));

  const sumOf = (outcomes: readonly Outcomes[], what: keyof Outcomes): number =>
    outcomes.reduce((sum, each) => sum + each[what], 0);

  function open(options: Partial<RedisLimitsOptions> = {}): LimitStore {
    const store = redisLimits({
      url: server.url,
      prefix: `${randomUUID()}:`,
      connectDeadlineMs: PATIENT_MS,
      ...options,
    });
    stores.push(store);
    return store;
  }

  it.each<[string, Orders['options'], number]>([
    ['requests a minute', { requestsPerMinute: 120 }, 120],
    ['requests at once', { concurrent: 37 }, 37],
    ['tokens a minute', { tokensPerMinute: 5_000 }, Math.floor(5_000 / EXPECTED)],
    // gpt-4o-mini: $0.15 and $0.60 for a million tokens
    ['money', { budget: { limitUsd: 0.001, windowMs: DAY_MS } }, Math.floor(0.001 / (1 * 0.15e-6 + 100 * 0.6e-6))],
  ])(
    'lets exactly as many of 200 parallel callers in two processes through as %s allow',
    async (what, options, most) => {
      const outcomes = await inBoth({
        options: { operation: what, ...options },
        calls: 100,
        takesMs: 3_000,
        tokens: 50,
      });
      expect(sumOf(outcomes, 'local')).toBe(0);
      expect(sumOf(outcomes, 'allowed') + sumOf(outcomes, 'refused')).toBe(200);
      expect(sumOf(outcomes, 'allowed')).toBe(most);
    },
  );

  it('settles what two processes used, and leaves the rest to both', async () => {
    const limit = 10_000;
    const orders = { options: { operation: 'rounds', tokensPerMinute: limit }, calls: 100, takesMs: 1_000, tokens: 20 };
    let used = 0;
    for (let round = 0; round < 3; round += 1) {
      const outcomes = await inBoth(orders);
      const allowed = sumOf(outcomes, 'allowed');
      expect(used + allowed * EXPECTED).toBeLessThanOrEqual(limit);
      expect(used + (allowed + 1) * EXPECTED).toBeGreaterThan(limit);
      used += sumOf(outcomes, 'tokens');
      await sleep(300); // what is settled in the background has arrived
    }
    expect(used).toBeGreaterThan(0);
  });

  it('gives back what a process that died had running, and nothing earlier', async () => {
    const store = open({ leaseMs: 1_000, deadlineMs: PATIENT_MS });
    const limit = new LimitPrimitive(() => new Promise<never>(() => {}), { key: 'tenant', concurrent: 1, store });
    void limit.execute('hangs');
    await vi.waitFor(() => expect(limit.getStats().allowed).toBe(1), PATIENTLY);
    await sleep(1_500); // longer than a lease: it is renewed
    await expect(limit.execute('another')).rejects.toThrow('1 requests at once');
    await store.close(); // renews no more, as a process that died
    const prefix = await prefixOfRunning();
    const other = open({ prefix, leaseMs: 1_000, deadlineMs: PATIENT_MS });
    const heir = new LimitPrimitive(() => 'answer', { key: 'tenant', concurrent: 1, store: other, operation: 'step' });
    await vi.waitFor(async () => expect(await heir.execute('another')).toBe('answer'), PATIENTLY);
    expect(heir.getStats().local).toBe(0);
  });

  async function prefixOfRunning(): Promise<string> {
    const keys = (await redisCommand(server.url, 'KEYS', '*:running')) as readonly string[];
    const counts = await Promise.all(
      keys.map(async (key) => [key, await redisCommand(server.url, 'ZCARD', key)] as const),
    );
    return counts.find(([key]) => !key.includes('trial'))?.[0].split('limit:')[0] ?? '';
  }

  describe.each<[string, () => Promise<void>, () => Promise<void>]>([
    ['hangs', () => server.pause(), () => server.resume()],
    ['dies', () => server.kill(), () => server.restart()],
  ])('while Redis %s', (_, lose, restore) => {
    it('decides by its share without a hang, says so once, and counts together again afterwards', async () => {
      const lines: string[] = [];
      const say = (line: string): void => void lines.push(line);
      const clock = manualClock();
      const store = open({ clock, processes: 2, deadlineMs: 50, logger: { info: say, warn: say, error: say } });
      const limit = new LimitPrimitive(() => 'answer', { key: 'tenant', requestsPerMinute: 100, store });
      await limit.execute('one', new WorkflowContext({ tenantId: 'a' }));
      expect(limit.getStats().local).toBe(0);
      try {
        await lose();
        const asked = Array.from({ length: 100 }, () => limit.execute('more', new WorkflowContext({ tenantId: 'a' })));
        const settled = Promise.allSettled(asked);
        await clock.advance(50);
        const outcomes = await settled;
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(49); // half of 100, and one used before
        for (const each of outcomes) if (each.status === 'rejected') expect(isLimitError(each.reason)).toBe(true);
        await limit.execute('at once', new WorkflowContext({ tenantId: 'b' })); // while the clock stands still
        expect(lines).toEqual([expect.stringMatching(/^limit store: not usable \(\w+\); .* 1 of 2, until it works$/)]);
      } finally {
        await restore();
      }
      await vi.waitFor(async () => {
        await clock.advance(PATIENTLY.interval);
        expect(lines).toHaveLength(2);
      }, PATIENTLY);
      expect(lines[1]).toBe('limit store: usable again');
      const { local } = limit.getStats();
      await limit.execute('two', new WorkflowContext({ tenantId: 'c' }));
      expect(limit.getStats().local).toBe(local);
    });
  });

  /** What Redis counts for a tenant of the operation `chat`: requests and tokens of the minute, US dollars, and what runs. */
  async function countsOf(prefix: string, tenant: string) {
    const name = `${prefix}limit:v1:{${digestOfKey(`4:chat:${tenant}`)}}`;
    const read = (...command: [string, ...string[]]) => redisCommand(server.url, ...command);
    const [tokens, usd] = (await read('HMGET', `${name}:sums`, 't', 'usd')) as readonly (string | null)[];
    const [requests, running, held] = await Promise.all([
      read('ZCARD', `${name}:log`),
      read('ZCARD', `${name}:running`),
      read('HLEN', `${name}:held`),
    ]);
    return { requests, running, held, tokens, usd: Number(usd) };
  }

  describe('a server that hangs', () => {
    const LIMITS = { tokensPerMinute: 1_000, concurrent: 9, budget: { limitUsd: 1, windowMs: DAY_MS } } as const;
    const tenant = (tenantId: string): WorkflowContext => new WorkflowContext({ tenantId });

    it('takes back what it decided too late', async () => {
      const prefix = `${randomUUID()}:`;
      const store = open({ prefix, deadlineMs: 500 });
      const settings = { key: 'tenant', operation: 'chat', store, ...LIMITS } as const;
      const limit = new LimitPrimitive(async () => answer(1), settings);
      await limit.execute(request(), tenant('first'));
      await server.pause();
      try {
        await limit.execute(request(), tenant('late'));
        expect(limit.getStats().local).toBe(1);
      } finally {
        await server.resume();
      }
      // That the sum exists shows that the server has decided; that it is 0, that the decision was taken back.
      const nothing = { requests: 0, running: 0, held: 0, tokens: '0', usd: 0 };
      await vi.waitFor(async () => expect(await countsOf(prefix, 'late')).toEqual(nothing), PATIENTLY);
    });

    it('is told what was used meanwhile as soon as it works again', async () => {
      const prefix = `${randomUUID()}:`;
      const lines: string[] = [];
      const say = (line: string): void => void lines.push(line);
      const store = open({ prefix, deadlineMs: 500, logger: { info: say, warn: say, error: say } });
      const settings = { key: 'tenant', operation: 'chat', store, ...LIMITS } as const;
      const works = Array.from({ length: 40 }, () => Promise.withResolvers<ReturnType<typeof answer>>());
      let begun = 0;
      const limit = new LimitPrimitive(() => works[begun++]?.promise ?? answer(1), {
        ...settings,
        tokensPerMinute: 10_000,
        concurrent: 99,
      });
      const running = works.map(() => limit.execute(request(), tenant('busy')));
      await vi.waitFor(() => expect(begun).toBe(40), PATIENTLY);
      await server.pause();
      try {
        await limit.execute(request(), tenant('other'));
        expect(limit.getStats().local).toBe(1);
        for (const { resolve } of works) resolve(answer(9));
        await Promise.all(running);
      } finally {
        await server.resume();
      }
      const used = { requests: 40, running: 0, held: 0, tokens: String(40 * 9) };
      await vi.waitFor(async () => expect(await countsOf(prefix, 'busy')).toMatchObject(used), PATIENTLY);
      expect((await countsOf(prefix, 'busy')).usd).toBeCloseTo(40 * (1 * 0.15e-6 + 8 * 0.6e-6), 12);
    });
  });

  it.each([
    ['EVAL', ['+@all', '-eval', '-evalsha']],
    ['sorted sets', ['+@all', '-@sortedset']],
  ])('keeps to its share for a user without %s, and says so once', async (_, rules) => {
    await redisCommand(server.url, 'ACL', 'SETUSER', 'limited', 'reset', 'on', '>secret', '~*', '&*', ...rules);
    const own = new URL(server.url);
    [own.username, own.password] = ['limited', 'secret'];
    const lines: string[] = [];
    const say = (line: string): void => void lines.push(line);
    const store = open({
      url: own.href,
      processes: 2,
      deadlineMs: PATIENT_MS,
      logger: { info: say, warn: say, error: say },
    });
    const limit = new LimitPrimitive(() => 'answer', { key: 'tenant', requestsPerMinute: 4, store });
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => limit.execute('one')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    await sleep(1_500); // it is tried again meanwhile
    expect(lines).toEqual([expect.stringContaining('limit store: not usable (noperm)')]);
  });

  it('forgets requests that used no tokens when their minute is over', async () => {
    const prefix = `${randomUUID()}:`;
    const store = open({ prefix, deadlineMs: PATIENT_MS });
    const limit = new LimitPrimitive(() => 'answer', { key: 'tenant', requestsPerMinute: 2, store });
    const tenant = new WorkflowContext({ tenantId: 'a' });
    await limit.execute('one', tenant);
    await limit.execute('two', tenant);
    const logs = (await redisCommand(server.url, 'KEYS', `${prefix}*:log`)) as readonly string[];
    for (const log of logs) {
      for (const member of (await redisCommand(server.url, 'ZRANGE', log, '0', '-1')) as readonly string[]) {
        await redisCommand(server.url, 'ZADD', log, 'XX', '1', member);
      }
    }
    await limit.execute('of the next minute', tenant);
    expect(limit.getStats()).toMatchObject({ allowed: 3, local: 0 });
  });

  it('refuses every request with a budget of nothing', async () => {
    const store = open({ deadlineMs: PATIENT_MS });
    const budget = { limitUsd: 0, windowMs: DAY_MS };
    const limit = new LimitPrimitive(async () => answer(1), { key: 'tenant', budget, store });
    const unbounded = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] };
    await Promise.allSettled([unbounded, unbounded, request(), 'of no model'].map((input) => limit.execute(input)));
    expect(limit.getStats()).toMatchObject({ allowed: 0, refusedBy: { budget: 4 }, local: 0 });
  });

  it('says what counts for a key in all processes, and what a request has used itself', async () => {
    const prefix = `${randomUUID()}:`;
    const [first, second] = [open({ prefix, deadlineMs: PATIENT_MS }), open({ prefix, deadlineMs: PATIENT_MS })];
    const limits = {
      ...{ requestsPerMinute: 10, tokensPerMinute: 1_000, concurrent: 5 },
      budget: { limitUsd: 1, windowMs: DAY_MS },
    };
    const expected = { tokens: 100, costUsd: 0.2, isGuess: false };
    const reserve = async (store: LimitStore): Promise<LimitReservation> => {
      const verdict = await store.reserve({ key: 'acme', limits, expected, clock: systemClock });
      if (!verdict.isAllowed) throw new Error(`refused: ${verdict.limit}`);
      return verdict;
    };
    const one = await reserve(first);
    const two = await reserve(second);
    expect([one.used?.(), two.used?.()].map((uses) => uses?.map(({ used }) => used))).toEqual([
      [1, 100, 1, 0.2],
      [2, 200, 2, 0.4],
    ]);
    two.settle({ tokens: 30, costUsd: 0.05 });
    expect(two.used?.()).toMatchObject([
      { limit: 'requests', used: 2, allowed: 10, windowMs: 60_000 },
      { limit: 'tokens', used: 130, allowed: 1_000 },
      { limit: 'concurrent', used: 1, allowed: 5 },
      { limit: 'budget', used: expect.closeTo(0.25, 12), allowed: 1, windowMs: DAY_MS },
    ]);
    one.release();
    await vi.waitFor(async () => {
      const three = await reserve(first);
      const uses = three.used?.() ?? [];
      three.release();
      expect(uses.map(({ used }) => used)).toEqual([2, 130, 1, expect.closeTo(0.25, 12)]);
      expect((uses[3]?.endsAtMs ?? 0) % DAY_MS).toBe(0);
    }, PATIENTLY);
  });

  it('shows no key to the server', async () => {
    const prefix = `${randomUUID()}:`;
    const store = open({ prefix, deadlineMs: PATIENT_MS });
    const limit = new LimitPrimitive(() => 'answer', { key: 'tenant', requestsPerMinute: 9, concurrent: 9, store });
    await limit.execute('one', new WorkflowContext({ tenantId: 'canary' }));
    const keys = (await redisCommand(server.url, 'KEYS', `${prefix}*`)) as readonly string[];
    expect(keys.length).toBeGreaterThan(2);
    const members = await Promise.all(
      keys.filter((key) => !key.endsWith('sums')).map((key) => redisCommand(server.url, 'ZRANGE', key, '0', '-1')),
    );
    expect(JSON.stringify([keys, members])).not.toContain('canary');
  });

  it('learns how many processes share a prefix', async () => {
    const prefix = `${randomUUID()}:`;
    const lines: string[] = [];
    const say = (line: string): void => void lines.push(line);
    const options = { prefix, deadlineMs: PATIENT_MS };
    const [first, second] = [open(options), open({ ...options, logger: { info: say, warn: say, error: say } })];
    for (const store of [first, second]) {
      await new LimitPrimitive(() => 'answer', { key: 'tenant', requestsPerMinute: 100, store }).execute('one');
      await sleep(300); // it is counted in the background
    }
    try {
      await server.kill();
      await new LimitPrimitive(() => 'answer', { key: 'tenant', requestsPerMinute: 100, store: second }).execute('two');
      await vi.waitFor(() => expect(lines).toEqual([expect.stringContaining('1 of 2')]), PATIENTLY);
    } finally {
      await server.restart();
    }
  });

  it('is closed before a process ends that waits for nothing else', async () => {
    const file = new URL('__fixtures__/closing-process.ts', import.meta.url).pathname;
    const parameters = ['--conditions=tta-source', file, server.url, `${randomUUID()}:`];
    const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect({ output, code }).toEqual({ output: 'closed', code: 0 });
  });

  it('can be closed again and again, and then decides by its share', async () => {
    const store = open({ processes: 2 });
    await Promise.all([store.close(), store.close()]);
    await store.close();
    const limit = new LimitPrimitive(() => 'answer', { key: 'tenant', requestsPerMinute: 2, store });
    await limit.execute('one');
    await expect(limit.execute('two')).rejects.toThrow('2 requests a minute');
  });
});

it.each<[object, RegExp]>([
  [{}, /redisLimits: set either url or client, not both/],
  [{ url: 'http://localhost' }, /redisLimits: url must be a URL that begins with redis/],
  [{ url: 'redis://localhost', deadlineMs: 0 }, /redisLimits: deadlineMs must be/],
  [{ url: 'redis://localhost', processes: 0.5 }, /redisLimits: processes must be/],
])('redisLimits refuses %j by name', (options, message) => {
  expect(() => redisLimits(options as never)).toThrow(message);
});
