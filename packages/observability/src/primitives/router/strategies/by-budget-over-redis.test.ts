import { randomUUID } from 'node:crypto';
import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RedisService, startRedis } from '../../../../../../scripts/services/redis.ts';
import { ObeyingProcess } from '../../../limits/__fixtures__/obeying-process.ts';
import type { LimitStore } from '../../../limits/limit-store.ts';
import { memoryLimits } from '../../../limits/memory-limits.ts';
import { type RedisLimitsOptions, redisLimits } from '../../../limits/redis/redis-limits.ts';
import { NO_PROMPT } from '../../../llm/prompt/prompt.ts';
import type { BudgetOrders, BudgetOutcomes } from '../__fixtures__/budget-process.ts';
import { candidate } from '../__fixtures__/routing.ts';
import type { RouteCandidate } from '../routes.ts';
import type { RoutingDecision } from '../strategy.ts';
import { isBudgetExceededError } from './budget/budget-exceeded-error.ts';
import { type BudgetOptions, type BudgetStrategy, byBudget } from './by-budget.ts';

const PATIENT_MS = 20_000;
const PATIENTLY = { timeout: PATIENT_MS, interval: 20 };
const DAY_MS = 86_400_000;

const routes = [candidate('dear', { expectedUsd: 1 }), candidate('cheap', { expectedUsd: 0.1 })];
const BOUNDED = { ...NO_PROMPT, maxOutputTokens: 100 };

const budget = (options: Partial<BudgetOptions>): BudgetStrategy<unknown> =>
  byBudget<unknown>(() => 'dear', { limitUsd: 10, windowMs: DAY_MS, burst: 1, ...options });

/** Asks for a bounded answer: at most $2 on the dear route, and $0.20 on the cheap one. */
async function ask(strategy: BudgetStrategy<unknown>, context = new WorkflowContext()) {
  const verdict = await strategy.decide('', context, routes, BOUNDED);
  return verdict as RoutingDecision & { readonly refusal?: unknown };
}

/**
 * The routes of four requests whose answers may be of any length: $3.50 each is expected on the big route, and $7 at most. They are asked
 * for when the day begins, because the pace of its evening would allow more.
 */
async function askUnbounded(strategy: BudgetStrategy<unknown>, ...others: readonly RouteCandidate[]) {
  const taken: (string | undefined)[] = [];
  for (let asked = 0; asked < 4; asked += 1) {
    const candidates = [candidate('dear', { expectedUsd: 3.5 }), ...others];
    const context = new WorkflowContext({ clock: manualClock() });
    const verdict = await strategy.decide('', context, candidates, NO_PROMPT);
    taken.push((verdict as RoutingDecision).route);
  }
  return taken;
}

const CHEAP = candidate('cheap', { expectedUsd: 0.1 });

describe('budgets in a store', () => {
  const own = (options: Partial<BudgetOptions> = {}) => budget({ store: memoryLimits(), ...options });

  it('counts what strategies with one store and one operation spend together', async () => {
    const store = memoryLimits();
    const [first, second, other] = [own({ store }), own({ store }), own({ store, operation: 'other' })];
    (await ask(first)).settle?.({ costUsd: 9 });
    expect(await ask(second)).toMatchObject({ route: 'cheap' });
    expect(await ask(other)).toMatchObject({ route: 'dear' });
  });

  it('has one budget for work without a scope and for work of an empty one', async () => {
    const store = memoryLimits();
    (await ask(own({ store }))).settle?.({ costUsd: 9 });
    expect(await ask(own({ store, scope: () => '' }))).toMatchObject({ route: 'cheap' });
  });

  it('gives back what an answer did not cost', async () => {
    const strategy = own({ limitUsd: 2.5 });
    (await ask(strategy)).settle?.({ costUsd: 0.5 });
    expect(await ask(strategy)).toMatchObject({ route: 'dear' });
    expect(strategy.usage(new WorkflowContext())).toEqual({ spentUsd: 0.5, reservedUsd: 2 });
  });

  it('takes the cheapest route ahead of the pace, and refuses at the limit with the wait that the store gives', async () => {
    const strategy = own({ burst: 0.000001, limitUsd: 0.5 });
    expect(await ask(strategy)).toMatchObject({ route: 'cheap', reason: 'budget_paced' });
    expect(await ask(strategy)).toMatchObject({ route: 'cheap', reason: 'budget_paced' });
    const { refusal } = await ask(strategy);
    expect(isBudgetExceededError(refusal) && refusal.retryAfterMs).toBeGreaterThan(0);
  });

  it('keeps the pace and the budget with requests that do not bound their answers', async () => {
    const strategy = own({ burst: 0.01 });
    expect(await askUnbounded(own({ burst: 0.01 }), CHEAP)).toEqual(['cheap', 'cheap', 'cheap', 'cheap']);
    expect(await askUnbounded(strategy)).toEqual(['dear', undefined, undefined, undefined]);
    const dayBegins = new WorkflowContext({ clock: manualClock() });
    expect(strategy.usage(dayBegins)).toEqual({ spentUsd: 0, reservedUsd: 7 });
  });

  it('reserves for a fallback as well, if that still fits', async () => {
    const strategy = own({ limitUsd: 4 });
    const [first, second] = [await ask(strategy), await ask(strategy)];
    expect(await second.mayTake?.('cheap')).toBe(false);
    first.settle?.({ costUsd: 0 });
    expect(await second.mayTake?.('cheap')).toBe(true);
    second.settle?.({ costUsd: 2 });
    expect(strategy.usage(new WorkflowContext())).toEqual({ spentUsd: 2, reservedUsd: 0 });
  });

  it('takes a route that costs nothing without asking the store', async () => {
    const store = { reserve: vi.fn<LimitStore['reserve']>(), close: async () => {} };
    const verdict = await own({ store, limitUsd: 0 }).decide('', new WorkflowContext(), [FREE], BOUNDED);
    expect(verdict).toMatchObject({ route: 'free' });
    expect(store.reserve).not.toHaveBeenCalled();
  });

  it('refuses an object that is not a store, and an operation without a store', () => {
    expect(() => own({ store: {} as LimitStore })).toThrow('byBudget: store must be an object with reserve, close');
    expect(() => budget({ operation: 'chat' })).toThrow('byBudget: operation names budgets in a store');
  });
});

const FREE = candidate('free', { expectedUsd: 0 });

const redis = await startRedis({ mustBeOurs: true });
afterAll(() => redis?.stop());

describe.skipIf(redis === undefined)('budgets over Redis', () => {
  const server = redis as RedisService;
  const processes: ObeyingProcess<BudgetOrders, BudgetOutcomes>[] = [];
  const stores: LimitStore[] = [];

  beforeAll(async () => {
    const file = new URL('../__fixtures__/budget-process.ts', import.meta.url);
    const parameters = [server.url, `${randomUUID()}:`];
    processes.push(
      ...(await Promise.all([1, 2].map(() => ObeyingProcess.start<BudgetOrders, BudgetOutcomes>(file, parameters)))),
    );
  });

  afterAll(() => Promise.all(processes.map((child) => child.stop())));
  afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())));

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

  const inBoth = async (orders: BudgetOrders) => {
    const outcomes = await Promise.all(processes.map((child) => child.obey(orders)));
    const sum = (of: (outcome: BudgetOutcomes) => number) => outcomes.reduce((total, each) => total + of(each), 0);
    return {
      preferred: sum(({ routes: { preferred } }) => preferred),
      cheap: sum(({ routes: { cheap } }) => cheap),
      refused: sum(({ refused }) => refused),
    };
  };

  const ORDERS = { burst: 1, calls: 100, maxTokens: 100, usedTokens: 100, takesMs: 1_000 };

  it('never spends more than the budget, and leaves less than the cheapest request of it, with 200 requests at once in two processes', async () => {
    // $0.0001 on the preferred route and a tenth of it on the cheap one: 30 and 5 of them fit
    const outcomes = await inBoth({ ...ORDERS, operation: 'money', limitUsd: 0.00305 });
    expect(outcomes).toEqual({ preferred: 30, cheap: 5, refused: 165 });
  });

  it('keeps the pace and the budget with requests that do not bound their answers', async () => {
    const inRedis = () => budget({ store: open(), burst: 0.01 });
    expect(await askUnbounded(inRedis(), CHEAP)).toEqual(['cheap', 'cheap', 'cheap', 'cheap']);
    expect(await askUnbounded(inRedis())).toEqual(['dear', undefined, undefined, undefined]);
  });

  it('leaves what was reserved and not spent to both', async () => {
    const orders = { ...ORDERS, operation: 'rounds', limitUsd: 0.01, usedTokens: 10, takesMs: 0, calls: 50 };
    let spentTokens = 0;
    for (let round = 0; round < 3; round += 1) {
      const { preferred, cheap } = await inBoth(orders);
      spentTokens += 10 * preferred + cheap;
    }
    expect(spentTokens).toBeGreaterThan(1_500); // more than 100 reservations of a hundred tokens would leave
    expect(spentTokens).toBeLessThanOrEqual(10_000);
  });

  it.each<[string, () => Promise<void>, () => Promise<void>]>([
    ['hangs', () => server.pause(), () => server.resume()],
    ['dies', () => server.kill(), () => server.restart()],
  ])('leaves each process its share while Redis %s, and counts together again afterwards', async (_, lose, restore) => {
    const lines: string[] = [];
    const say = (line: string): void => void lines.push(line);
    const store = open({ processes: 2, deadlineMs: 500, logger: { info: say, warn: say, error: say } });
    const strategy = budget({ store, limitUsd: 10, scope: ({ tenantId }) => tenantId });
    const tenant = (tenantId: string) => new WorkflowContext({ tenantId });
    await ask(strategy, tenant('a'));
    try {
      await lose();
      const asked = await Promise.all(Array.from({ length: 20 }, () => ask(strategy, tenant('a'))));
      // Half of $10, less the $2 before: one dear request, and the cheap ones that fit into the rest
      expect(asked.filter(({ route }) => route === 'dear')).toHaveLength(1);
      expect(asked.filter(({ route }) => route === 'cheap')).toHaveLength(5);
      expect(asked.filter(({ refusal }) => isBudgetExceededError(refusal))).toHaveLength(14);
    } finally {
      await restore();
    }
    await vi.waitFor(() => expect(lines.at(-1)).toBe('limit store: usable again'), PATIENTLY);
    const again = await Promise.all(Array.from({ length: 6 }, () => ask(strategy, tenant('b'))));
    expect(again.filter(({ route }) => route === 'dear')).toHaveLength(5);
  });
});
