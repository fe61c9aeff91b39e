import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { RetryPrimitive, WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CachePrimitive } from '../../../primitives/cache/cache-primitive.ts';
import { CascadePrimitive } from '../../../primitives/cascade/cascade-primitive.ts';
import { RouterPrimitive } from '../../../primitives/router/router-primitive.ts';
import { TimeoutPrimitive } from '../../../primitives/timeout/timeout-primitive.ts';
import { modelCall } from '../../call/model-call.ts';
import type { LedgerEntry } from './entry.ts';
import { HoldOutSums } from './hold-out-sums.ts';
import { readLedger } from './read-ledger.ts';
import { SavingsLedger, type SavingsLedgerOptions } from './savings-ledger.ts';
import { jsonLinesSink } from './sinks/json-lines.ts';
import { sqliteSink } from './sinks/sqlite.ts';

const PRICE = { inputPerMillionUsd: 1, outputPerMillionUsd: 1 };
const DEAR = { inputPerMillionUsd: 10, outputPerMillionUsd: 10 };

const answer = (tokens: number, more: object = {}) => ({
  object: 'chat.completion',
  model: 'm',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'canary' } }],
  usage: { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens },
  ...more,
});

const request = (content: string) => ({ model: 'm', messages: [{ role: 'user', content }] });

const ask = modelCall(async () => answer(1_000), { price: PRICE, model: 'm' });

const ledgers: SavingsLedger[] = [];
let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ledger-'));
});

afterEach(async () => {
  for (const ledger of ledgers.splice(0)) await ledger.close();
  rmSync(directory, { recursive: true });
});

const ledgerWith = (options: SavingsLedgerOptions = {}): SavingsLedger => {
  const ledger = new SavingsLedger(options);
  ledgers.push(ledger);
  return ledger;
};

const entriesIn = async (path: string): Promise<{ ids: string[]; skipped: number }> => {
  const ids: string[] = [];
  const { skipped } = await readLedger(path, ({ id }) => void ids.push(id));
  return { ids, skipped };
};

/** An entry of a request that cost a dollar. */
const entry = (id: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  version: 1,
  id,
  workflowId: 'w',
  workflow: 'ask',
  kind: 'model_call',
  startedAtMs: Number(id),
  durationMs: 1,
  status: 'success',
  decisions: [],
  attempts: [{ operation: 'chat', startedAtMs: 0, durationMs: 1, status: 'success', costUsd: 1, model: 'm' }],
  lookups: [],
  timeouts: [],
  retries: 0,
  fallbacks: 0,
  costUsd: 1,
  baselineUsd: 1,
  savedUsd: {},
  wastedUsd: {},
  ...more,
});

test('adds up every request of the process, by route, model, tenant and tag', async () => {
  const ledger = ledgerWith();
  const router = new RouterPrimitive(
    { small: ask, large: { step: async () => answer(1_000), price: DEAR, model: 'l' } },
    {
      strategy: (input: { model: string }) => (input.model === 'l' ? 'large' : 'small'),
      defaultRoute: 'small',
      baseline: 'large',
    },
  );
  await router.execute(request('a'), new WorkflowContext({ tenantId: 'acme', tags: { team: 'x' } }));
  await router.execute({ ...request('a'), model: 'l' }, new WorkflowContext({ tenantId: 'beta' }));
  await ask.execute(null);
  const { byRoute, byModel, byTenant, byTag, ...all } = ledger.totals();
  expect(all).toMatchObject({ requests: 3, failed: 0, realisedUsd: 0, unpriced: 0 });
  expect(all.spendUsd).toBeCloseTo(0.012, 12);
  expect(all.estimatedUsd).toBeCloseTo(0.009, 12);
  expect(all.baselineUsd).toBeCloseTo(0.021, 12);
  expect(Object.keys(byRoute)).toEqual(['small', 'large', '_none']);
  expect(byRoute['small']?.savedByCause.routing).toBeCloseTo(0.009, 12);
  expect(byModel['m']?.spendUsd).toBeCloseTo(0.002, 12);
  expect(byTenant['beta']?.spendUsd).toBeCloseTo(0.01, 12);
  expect(Object.keys(byTag)).toEqual(['team=x']);
});

test('counts no entry twice, and nothing after it was closed', async () => {
  const ledger = ledgerWith();
  ledger.record(entry('1'));
  ledger.record(entry('1'));
  await ledger.close();
  await ask.execute(null);
  expect(ledger.totals()).toMatchObject({ requests: 1, spendUsd: 1 });
});

test('adds up what is past the limit of groups in one more group', () => {
  const ledger = ledgerWith({ observe: false, maxGroups: 2 });
  for (let id = 0; id < 1_000; id += 1) ledger.record(entry(String(id), { tenantId: `tenant ${id}` }));
  const { byTenant } = ledger.totals();
  expect(Object.keys(byTenant)).toEqual(['tenant 0', 'tenant 1', '_other']);
  expect(byTenant['_other']?.spendUsd).toBe(998);
});

interface Ask {
  readonly tokens: number;
  readonly failures: number;
  readonly tookMs: number;
  readonly abortMs: number | undefined;
  readonly key: number;
}

test('adds up to what the provider billed, and counts what is unknown, under aborts, kills, retries and fallbacks', async () => {
  const asks = fc.array(
    fc.record<Ask>({
      tokens: fc.integer({ min: 1, max: 1_000 }),
      failures: fc.integer({ min: 0, max: 3 }),
      tookMs: fc.integer({ min: 0, max: 20 }),
      abortMs: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
      key: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 1, maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(asks, async (given) => {
      const ledger = new SavingsLedger();
      const clock = manualClock();
      let billedUsd = 0;
      let calls = 0;
      const left = new Map(given.map((own) => [own, own.failures]));
      const bill = (priceUsd: number) => async (own: Ask) => {
        await new Promise<void>((resolve) => void clock.setTimer(resolve, own.tookMs));
        const failures = left.get(own) ?? 0;
        left.set(own, failures - 1);
        calls += 1;
        billedUsd += (own.tokens * priceUsd) / 1e6;
        return answer(own.tokens, failures > 0 ? { error: { message: 'busy', code: 503 } } : {});
      };
      const router = new RouterPrimitive<Ask, unknown>(
        {
          small: new RetryPrimitive(modelCall(bill(1), { price: PRICE }), { maxAttempts: 2, backoff: () => 1 }),
          large: { step: bill(10), price: DEAR },
        },
        { strategy: () => 'small', defaultRoute: 'small', baseline: 'large', fallback: true, cooldown: false },
      );
      const cache = new CachePrimitive(router, { key: ({ key }) => key, cost: () => 0.001 });
      const workflow = new TimeoutPrimitive(cache, { timeoutMs: 25, graceMs: 5 });
      const work = given.map((own) => {
        const controller = new AbortController();
        if (own.abortMs !== undefined) clock.setTimer(() => controller.abort(new Error('left')), own.abortMs);
        return workflow.execute(own, new WorkflowContext({ clock, signal: controller.signal })).catch(() => {});
      });
      await clock.advance(1_000);
      await Promise.all(work);
      await clock.advance(120_000);
      await ledger.close();
      const { requests, spendUsd, baselineUsd, savedUsd, byRoute, unpriced } = ledger.totals();
      expect(requests).toBe(given.length);
      expect(baselineUsd).toBeCloseTo(spendUsd + savedUsd, 12);
      const routesUsd = Object.values(byRoute).reduce((sum, route) => sum + route.spendUsd, 0);
      expect(routesUsd).toBeCloseTo(spendUsd, 12);
      if (unpriced === 0) expect(Math.abs(spendUsd - billedUsd)).toBeLessThan(1e-9);
      else expect(spendUsd).toBeLessThan(billedUsd + 1e-9);
      expect(calls).toBeGreaterThan(0);
    }),
    { numRuns: 60 },
  );
});

describe('a hold-out', () => {
  const heldOut = { holdOut: { share: 1 } };

  test('takes the baseline, asks the last stage and passes the cache by', async () => {
    const cache = new CachePrimitive(ask, { operation: 'chat' });
    const router = new RouterPrimitive(
      { small: ask, large: { step: ask, model: 'large' } },
      { strategy: () => 'small', defaultRoute: 'small', baseline: 'large' },
    );
    const cascade = new CascadePrimitive({ small: ask, large: ask }, { accept: () => true });
    const context = new WorkflowContext({ tenantId: 'acme' });
    await cache.execute(undefined as never, context);
    const entries: LedgerEntry[] = [];
    const sink = { write: (one: LedgerEntry) => void entries.push(one), flush: async () => {}, close: async () => {} };
    ledgerWith({ ...heldOut, sinks: [sink] });
    for (const primitive of [cache, router, cascade]) await primitive.execute(request('a') as never, context);
    expect(entries).toMatchObject([
      { group: 'held_out', lookups: [{ outcome: 'bypass', skipped: 'hold_out' }], attempts: [{}] },
      { group: 'held_out', route: 'large', reason: 'hold_out' },
      { group: 'held_out', attempts: [{}] },
    ]);
  });

  test('is decided once for a request, by the share', async () => {
    const numbers = [0.04, 0.06];
    const entries: LedgerEntry[] = [];
    const sink = { write: (one: LedgerEntry) => void entries.push(one), flush: async () => {}, close: async () => {} };
    ledgerWith({ holdOut: { share: 0.05, random: () => numbers.shift() ?? 1 }, sinks: [sink] });
    await ask.pipe(ask).execute(null);
    await ask.pipe(ask).execute(null);
    expect(entries.map(({ group }) => group)).toEqual(['held_out', 'treated']);
  });

  // Requests, the share held out, and the spread of log-normal costs: at 2, one in a hundred costs 100 times the median, and at 3, a thousand times.
  test.each([
    { requests: 600, share: 0.5, spread: 0.5 },
    { requests: 1_000, share: 0.04, spread: 0.5 },
    { requests: 1_500, share: 0.05, spread: 1 },
    { requests: 500, share: 0.1, spread: 1 },
    { requests: 600, share: 0.5, spread: 1.5 },
    { requests: 500, share: 0.1, spread: 1.5 },
    { requests: 1_000, share: 0.04, spread: 1.5 },
    { requests: 2_500, share: 0.02, spread: 2 },
    { requests: 2_500, share: 0.04, spread: 3 },
  ])(
    'gives an interval that covers the true saving in at least 186 of 200 simulations: %o',
    ({ requests, share, spread }) => {
      const random = generator(7);
      const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      let [covered, stated] = [0, 0];
      while (stated < 200) {
        const sums = new HoldOutSums();
        for (let id = 0; id < requests; id += 1) {
          const fullUsd = Math.exp(spread * normal());
          const luck = random();
          const treatedUsd = luck < 0.3 ? 0 : luck < 0.8 ? fullUsd * 0.06 : fullUsd;
          // A baseline is estimated from the tokens of another model's answer, which are about as many.
          const baselineUsd = fullUsd * Math.exp(0.3 * normal());
          if (random() < share) sums.add({ group: 'held_out', costUsd: fullUsd, baselineUsd: fullUsd });
          else sums.add({ group: 'treated', costUsd: treatedUsd, baselineUsd });
        }
        const { treated = 0, interval } = sums.result() ?? {};
        if (interval === undefined) continue; // fewer than 30 were held out
        stated += 1;
        const trueSaving = treated * Math.exp(spread ** 2 / 2) * (1 - (0.5 * 0.06 + 0.2));
        if (interval.low <= trueSaving && trueSaving <= interval.high) covered += 1;
      }
      expect(covered).toBeGreaterThanOrEqual(186);
    },
  );

  /** Held-out requests of about a cent, and treated ones at half of that; one treated request costs so many times as much. */
  const withOutlier = (heldOut: number, treated: number, times: number): HoldOutSums => {
    const sums = new HoldOutSums();
    const usdOf = (id: number): number => 0.01 + (0.004 * (id % 40)) / 39;
    for (let id = 0; id < heldOut; id += 1) sums.add({ group: 'held_out', costUsd: usdOf(id), baselineUsd: usdOf(id) });
    for (let id = 0; id < treated; id += 1) {
      const baselineUsd = usdOf(id) * (id === 0 ? times : 1);
      sums.add({ group: 'treated', costUsd: baselineUsd / 2, baselineUsd });
    }
    return sums;
  };

  test.each([
    { treated: 20_000, times: 1_000 },
    { treated: 100_000, times: 10_000 },
  ])('gives an interval that covers the true saving with one expensive treated request: %o', ({ treated, times }) => {
    const { savedUsd = 0, interval } = withOutlier(40, treated, times).result() ?? {};
    expect(interval?.low).toBeLessThanOrEqual(savedUsd);
    expect(interval?.high).toBeGreaterThanOrEqual(0.006 * treated + 0.005 * times);
  });

  test('gives an interval that holds its estimate, however expensive one request is', () => {
    const [heldOut, treated] = [fc.integer({ min: 30, max: 60 }), fc.integer({ min: 30, max: 20_000 })];
    fc.assert(
      fc.property(heldOut, treated, fc.integer({ min: 0, max: 6 }), (few, many, digits) => {
        const { savedUsd = NaN, interval } = withOutlier(few, many, 10 ** digits).result() ?? {};
        expect(interval?.low).toBeLessThanOrEqual(savedUsd);
        expect(interval?.high).toBeGreaterThanOrEqual(savedUsd);
      }),
      { numRuns: 60 },
    );
  });

  test('takes the spread of costs from the baselines of treated requests', () => {
    const intervalWith = (baselineUsd: number) => {
      const ledger = ledgerWith({ observe: false });
      for (let id = 0; id < 40; id += 1) {
        ledger.record(entry(`held-out-${id}`, { group: 'held_out', costUsd: 1 }));
        ledger.record(
          entry(`treated-${id}`, { group: 'treated', costUsd: 0.5, baselineUsd: id === 0 ? baselineUsd : 1 }),
        );
      }
      return ledger.totals().holdOut?.interval;
    };
    expect(intervalWith(1)).toEqual({ low: 20, high: 20 });
    expect(intervalWith(20)?.low).toBeLessThan(20);
    expect(intervalWith(20)?.high).toBeGreaterThan(20);
  });

  test('gives no interval of fewer than 30 requests, and leaves out those whose cost is unknown', () => {
    const ledger = ledgerWith({ observe: false });
    for (let id = 0; id < 40; id += 1) ledger.record(entry(String(id), { group: id < 29 ? 'held_out' : 'treated' }));
    ledger.record(entry('40', { group: 'held_out', costUsd: null }));
    expect(ledger.totals().holdOut).toEqual({
      treated: 11,
      heldOut: 29,
      excluded: 1,
      heldOutUsd: 29,
      savedUsd: 0,
      interval: undefined,
    });
  });
});

describe('jsonLinesSink', () => {
  test('appends a line for each entry, which readLedger reads', async () => {
    const path = join(directory, 'ledger.jsonl');
    const ledger = ledgerWith({ sinks: [jsonLinesSink({ path })] });
    await ask.execute(null);
    await ask.execute(null);
    await expect(readLedger(undefined as never, () => {})).rejects.toThrow('readLedger: path must be a string');
    await ledger.flush();
    expect((await entriesIn(path)).ids).toHaveLength(2);
    expect(readFileSync(path, 'utf8')).not.toContain('canary');
  });

  test('goes on after a line that a lost process has torn', async () => {
    const path = join(directory, 'ledger.jsonl');
    writeFileSync(path, `${JSON.stringify(entry('1'))}\n{"version":1,"id":"to`);
    const sink = jsonLinesSink({ path });
    sink.write(entry('2'));
    await sink.close();
    expect(await entriesIn(path)).toEqual({ ids: ['1', '2'], skipped: 1 });
  });

  test('begins a new file when one is full, and keeps so many', async () => {
    const path = join(directory, 'ledger.jsonl');
    const sink = jsonLinesSink({ path, maxBytes: 1_024, maxFiles: 2 });
    for (let id = 10; id < 30; id += 1) {
      sink.write(entry(String(id)));
      await sink.flush();
    }
    await sink.close();
    const { ids } = await entriesIn(path);
    expect(ids.at(-1)).toBe('29');
    expect(ids).toEqual(ids.toSorted());
    expect(statSync(path).size + statSync(`${path}.1`).size + statSync(`${path}.2`).size).toBeLessThan(3 * 1_024);
    expect(() => statSync(`${path}.3`)).toThrow('ENOENT');
  });

  test('keeps what could not be written, and writes it when that works again', async () => {
    const path = join(directory, 'later', 'ledger.jsonl');
    const sink = jsonLinesSink({ path });
    sink.write(entry('1'));
    await expect(sink.flush()).rejects.toThrow('ENOENT');
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(directory, 'later'));
    await sink.close();
    expect((await entriesIn(path)).ids).toEqual(['1']);
  });
});

test('sqliteSink keeps each entry once, and the newest ones', async () => {
  const path = join(directory, 'ledger.db');
  const sink = sqliteSink({ path, maxRows: 60 });
  for (let id = 100; id < 220; id += 1) sink.write(entry(String(id)));
  sink.write(entry('219'));
  await sink.close();
  const { ids } = await entriesIn(path);
  expect(ids).toHaveLength(60);
  expect(ids.at(-1)).toBe('219');
});

test('refuses wrong options in one sentence', () => {
  expect(() => new SavingsLedger({ holdOut: { share: 0 } })).toThrow('SavingsLedger: holdOut.share must be');
  expect(() => new SavingsLedger({ sinks: 5 as never })).toThrow('SavingsLedger: sinks must be a list of sinks');
  expect(() => jsonLinesSink({ path: '' })).toThrow('jsonLinesSink: path must be a name');
});

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
