import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { NO_PROMPT } from '../../../llm/prompt/prompt.ts';
import { answered, ask, candidate } from '../__fixtures__/routing.ts';
import { RouterPrimitive } from '../router-primitive.ts';
import type { RoutingDecision, RoutingVerdict } from '../strategy.ts';
import { BudgetExceededError, isBudgetExceededError } from './budget/budget-exceeded-error.ts';
import { type BudgetOptions, byBudget } from './by-budget.ts';
import { byRules } from './by-rules.ts';

const dear = candidate('dear', { expectedUsd: 1 });
const cheap = candidate('cheap', { expectedUsd: 0.1 });
const routes = [dear, cheap, candidate('unknown')];
const DAY_MS = 86_400_000;

const preferring = (route: string) => () => route;
const budget = (options: Partial<BudgetOptions> = {}, inner = preferring('dear')) =>
  byBudget<unknown>(inner, { limitUsd: 10, windowMs: DAY_MS, burst: 1, ...options });

function decided(verdict: RoutingVerdict): RoutingDecision {
  if (verdict === undefined || !('route' in verdict)) throw new Error('it has not decided');
  return verdict;
}

const settle = (verdict: RoutingVerdict, costUsd: number | null): void => decided(verdict).settle?.({ costUsd });

describe('byBudget', () => {
  it('follows the strategy inside while there is money, and reserves for it', () => {
    const context = new WorkflowContext();
    const strategy = budget();
    const verdict = ask(strategy, routes, '', context);
    expect(verdict).toMatchObject({ route: 'dear', reason: 'routing_function' });
    expect(strategy.usage(context)).toEqual({ spentUsd: 0, reservedUsd: 2 });
    settle(verdict, 1.5);
    expect(strategy.usage(context)).toEqual({ spentUsd: 1.5, reservedUsd: 0 });
  });

  it('settles once, whatever happens', () => {
    const context = new WorkflowContext();
    const strategy = budget();
    const [first, second] = [ask(strategy, routes, '', context), ask(strategy, routes, '', context)];
    settle(first, 1);
    settle(first, 5);
    expect(strategy.usage(context)).toEqual({ spentUsd: 1, reservedUsd: 2 });
    settle(second, 0);
    expect(strategy.usage(context)).toEqual({ spentUsd: 1, reservedUsd: 0 });
  });

  it('charges what it expected when the cost is not known', () => {
    const context = new WorkflowContext();
    const strategy = budget();
    settle(ask(strategy, routes, '', context), null);
    expect(strategy.usage(context)).toEqual({ spentUsd: 1, reservedUsd: 0 });
  });

  it('reserves for the longest answer that a request allows, or that it is told to reckon with', () => {
    const asked: number[] = [];
    const costUsd = ({ outputTokens }: { outputTokens: number }): number => {
      asked.push(outputTokens);
      return 3;
    };
    const route = { ...dear, costUsd };
    ask(budget(), [route], { prompt: '', max_tokens: 100 });
    ask(budget(), [route], '');
    ask(budget({ maxOutputTokens: 500 }), [route], '');
    expect(asked).toEqual([100, 4_096, 500]);
  });

  it('allows for what a scope’s requests have cost beyond the most that they were expected to', () => {
    const context = new WorkflowContext();
    const strategy = budget();
    settle(ask(strategy, routes, '', context), 3);
    ask(strategy, routes, '', context);
    expect(strategy.usage(context)).toEqual({ spentUsd: 3, reservedUsd: 3 });
  });

  it('allows for the largest excess among the newest hundred answers', () => {
    const context = new WorkflowContext();
    const strategy = budget({ limitUsd: 1_000 });
    const reservedNext = (costUsd: number): number => {
      const verdict = ask(strategy, routes, '', context);
      const { reservedUsd } = strategy.usage(context);
      settle(verdict, costUsd);
      return reservedUsd;
    };
    expect([1, 8, 4, 6, 1].map(reservedNext)).toEqual([2, 2, 8, 8, 8]);
    for (let settled = 0; settled < 96; settled += 1) expect(reservedNext(1)).toBe(8);
    expect([1, 1, 1].map(reservedNext)).toEqual([8, 6, 6]);
  });

  describe('with one answer that cost a thousand times what was expected', () => {
    const image = { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] };

    /** What is reserved for a request after the costly answer to another one, a text on the cheap route. */
    async function reservedBy(input: unknown, { tenantId = 'a', route = 'cheap', afterMs = 0 } = {}): Promise<number> {
      const clock = manualClock();
      const contextOf = (tenant: string): WorkflowContext => new WorkflowContext({ clock, tenantId: tenant });
      let preferred = 'cheap';
      const strategy = byBudget<unknown>(() => preferred, {
        limitUsd: 1_000,
        windowMs: DAY_MS,
        burst: 1,
        scope: (context) => context.tenantId,
      });
      settle(ask(strategy, routes, '', contextOf('a')), 100);
      await clock.advance(afterMs);
      preferred = route;
      ask(strategy, routes, input, contextOf(tenantId));
      return strategy.usage(contextOf(tenantId)).reservedUsd;
    }

    it('reserves more for the same scope, route and kinds of content', async () => {
      expect(await reservedBy('')).toBeCloseTo(100, 12);
    });

    it.each<[string, Parameters<typeof reservedBy>, number]>([
      ['other scopes', ['', { tenantId: 'b' }], 0.2],
      ['other routes', ['', { route: 'dear' }], 2],
      ['other kinds of content', [image], 0.2],
      ['the next window', ['', { afterMs: DAY_MS }], 0.2],
    ])('reserves as before for %s', async (_, asked, expectedUsd) => {
      expect(await reservedBy(...asked)).toBeCloseTo(expectedUsd, 12);
    });
  });

  it('learns nothing about a route from the cost of a fallback', () => {
    const context = new WorkflowContext();
    const strategy = budget({}, preferring('cheap'));
    const first = decided(ask(strategy, routes, '', context));
    void first.mayTake?.('dear');
    first.settle?.({ costUsd: 1.5 });
    ask(strategy, routes, '', context);
    expect(strategy.usage(context).reservedUsd).toBeCloseTo(0.2, 12);
  });

  it('needs room for the estimate only while no other request runs', () => {
    const strategy = budget({ limitUsd: 1.5 });
    expect(ask(strategy, [dear], '')).toMatchObject({ route: 'dear' });
    expect(ask(strategy, [dear], '')).toHaveProperty('refusal');
  });

  it('takes the cheapest route when the preferred one is too dear by now', () => {
    const strategy = budget({ limitUsd: 1.25 });
    settle(ask(strategy, routes, ''), 1);
    expect(ask(strategy, routes, '')).toMatchObject({ route: 'cheap', reason: 'budget_paced', among: ['cheap'] });
  });

  it('refuses, and says when the next window begins, when nothing fits', async () => {
    const clock = manualClock();
    const context = new WorkflowContext({ clock });
    const strategy = budget({ limitUsd: 1, windowMs: 10_000 });
    settle(ask(strategy, routes, '', context), 1);
    await clock.advance(4_000);
    const verdict = ask(strategy, routes, '', context);
    const error = (verdict as { refusal: unknown }).refusal;
    expect(isBudgetExceededError(error)).toBe(true);
    expect(error).toMatchObject({ reason: 'budget_exhausted', limitUsd: 1, windowMs: 10_000, retryAfterMs: 6_000 });
    await clock.advance(6_000);
    expect(ask(strategy, routes, '', context)).toMatchObject({ route: 'dear' });
  });

  it('never takes a route whose price is not known, and says so when there is no other', () => {
    expect(ask(budget({}, preferring('unknown')), routes, '')).toMatchObject({
      route: 'cheap',
      reason: 'budget_paced',
    });
    expect(ask(budget(), [candidate('unknown')], '')).toMatchObject({ refusal: { reason: 'budget_unpriced' } });
  });

  it('takes routes that cost nothing when all is spent', () => {
    const strategy = budget({ limitUsd: 0 });
    expect(ask(strategy, [dear, candidate('free', { expectedUsd: 0 })], '')).toMatchObject({ route: 'free' });
  });

  it('takes the cheapest route when the strategy inside has no opinion', () => {
    expect(ask(byBudget(byRules(), { limitUsd: 10, windowMs: 1_000 }), routes, '')).toMatchObject({
      route: 'cheap',
      reason: 'budget',
    });
  });

  it('paces: the preferred route is for those who are within the even line, the cheapest for who is ahead of it', async () => {
    const clock = manualClock();
    const context = new WorkflowContext({ clock });
    const strategy = budget({ burst: 0.2, windowMs: 10_000 });
    settle(ask(strategy, routes, '', context), 1.5);
    expect(ask(strategy, routes, '', context)).toMatchObject({ route: 'cheap', reason: 'budget_paced' });
    await clock.advance(1_000);
    expect(ask(strategy, routes, '', context)).toMatchObject({ route: 'cheap' });
    await clock.advance(4_000);
    expect(ask(strategy, routes, '', context)).toMatchObject({ route: 'dear', reason: 'routing_function' });
  });

  it('reserves for the other route as well before a fallback takes it, if that still fits', () => {
    const context = new WorkflowContext();
    const strategy = budget({ limitUsd: 3 }, preferring('cheap'));
    const [first, second] = [1, 2].map(() => decided(ask(strategy, routes, '', context)));
    expect(first).toMatchObject({ route: 'cheap', among: ['cheap', 'dear'] });
    expect([first?.mayTake?.('dear'), second?.mayTake?.('dear'), second?.mayTake?.('unknown')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(strategy.usage(context).reservedUsd).toBeCloseTo(0.2 + 0.2 + 2, 12);
    first?.settle?.({ costUsd: 0.9 });
    second?.settle?.({ costUsd: 0 });
    expect(strategy.usage(context)).toEqual({ spentUsd: 0.9, reservedUsd: 0 });
  });

  it('keeps a budget for each scope, and one for all that are too many', () => {
    const strategy = budget({ limitUsd: 1, scope: ({ tenantId }) => tenantId, maxScopes: 2 });
    const of = (tenantId: string) => new WorkflowContext({ tenantId });
    for (const tenant of ['1', '2']) settle(ask(strategy, routes, '', of(tenant)), 1);
    expect(strategy.usage(of('1')).spentUsd).toBe(1);
    settle(ask(strategy, routes, '', of('3')), 1);
    expect(ask(strategy, routes, '', of('4'))).toHaveProperty('refusal');
    expect(ask(strategy, routes, '', of('1'))).toHaveProperty('refusal');
  });

  it('charges the window in which a request began', async () => {
    const clock = manualClock();
    const context = new WorkflowContext({ clock });
    const strategy = budget({ windowMs: 1_000 });
    const verdict = ask(strategy, routes, '', context);
    await clock.advance(1_000);
    settle(verdict, 1);
    expect(strategy.usage(context)).toEqual({ spentUsd: 0, reservedUsd: 0 });
  });

  it('tells the strategy inside what became of its decision, also when it is not followed', () => {
    const told: unknown[] = [];
    const settling = { decide: () => ({ route: 'dear', settle: (settlement: unknown) => told.push(settlement) }) };
    const strategy = byBudget(settling, { limitUsd: 10, windowMs: 1_000, burst: 1 });
    settle(ask(strategy, routes, ''), 0.7);
    ask(strategy, [cheap], '');
    expect(told).toEqual([{ costUsd: 0.7 }, { costUsd: 0 }]);
  });

  it('holds while strategies inside take their time', async () => {
    const strategy = byBudget(async () => 'dear', { limitUsd: 1, windowMs: 1_000, burst: 1 });
    const deciding = [1, 2, 3].map(() => strategy.decide('', new WorkflowContext(), [dear], NO_PROMPT));
    const verdicts = await Promise.all(deciding);
    expect(verdicts.filter((verdict) => verdict !== undefined && 'route' in verdict)).toHaveLength(1);
  });

  it.each<[object, string]>([
    [{ limitUsd: -1 }, 'byBudget: limitUsd must be a number at least 0, but it is -1'],
    [{ windowMs: 0 }, 'byBudget: windowMs must be'],
    [{ burst: 0 }, 'byBudget: burst must be'],
    [{ scope: 'tenant' }, 'byBudget: scope must be a function'],
    [{ limit: 5 }, 'byBudget: limit is not an option'],
  ])('refuses %j', (options, message) => {
    expect(() => budget(options)).toThrow(message);
  });
});

const priced = { inputPerMillionUsd: 1, outputPerMillionUsd: 1 };

/** A model that is asked for an answer of so many tokens, after so long, and may fail instead. */
interface Request {
  readonly prompt: string;
  readonly outputTokens: number;
  readonly tookMs: number;
  readonly outcome: 'answer' | 'error' | 'stream' | 'left';
}

async function* streamed(outputTokens: number): AsyncGenerator<unknown> {
  yield 'begun';
  yield answered(0, outputTokens);
}

async function model({ outputTokens, tookMs, outcome }: Request, { clock }: WorkflowContext): Promise<unknown> {
  await new Promise<void>((resolve) => void clock.setTimer(resolve, tookMs));
  if (outcome === 'error') throw new Error('failed');
  return outcome === 'answer' ? answered(0, outputTokens) : streamed(outputTokens);
}

const LONGEST = 2_000;

const request = fc.record<Request>({
  prompt: fc.constant(''),
  outputTokens: fc.integer({ min: 1, max: LONGEST }),
  tookMs: fc.nat(200),
  outcome: fc.constantFrom('answer', 'answer', 'stream', 'left', 'error'),
});

describe('a router with a budget', () => {
  it('refuses without calling a route, and counts that apart from decisions', async () => {
    using recording = recordingObserver();
    let calls = 0;
    const router = new RouterPrimitive(
      { only: { step: () => (calls += 1), price: priced } },
      { strategy: budget({ limitUsd: 0 }), defaultRoute: 'only' },
    );
    await expect(router.execute('hello')).rejects.toBeInstanceOf(BudgetExceededError);
    expect(calls).toBe(0);
    expect(router.getStats()).toMatchObject({
      operation: router.name,
      total: 1,
      refusals: 1,
      routes: { only: { decisions: 0 } },
    });
    expect(recording.factsOf('router.refusal')).toEqual(['budget_exhausted']);
  });

  it('never spends more than its budget and the error of one estimate, with 200 requests at once and random costs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 200, maxLength: 200 }),
        fc.constantFrom(300, 5_000, 20_000, 60_000),
        fc.constantFrom(0, 300),
        async (requests, limitTokens, spreadMs) => {
          const clock = manualClock();
          const limitUsd = limitTokens / 1e6;
          const strategy = byBudget<Request>(() => 'only', { limitUsd, windowMs: DAY_MS, burst: 1 });
          const router = new RouterPrimitive(
            { only: { step: model, price: priced } },
            { strategy, defaultRoute: 'only', promptOf: () => ({ ...NO_PROMPT, maxOutputTokens: LONGEST }) },
          );
          let largestError = 0;
          let spentUsd = 0;
          const run = async (each: Request): Promise<void> => {
            await new Promise<void>((resolve) => void clock.setTimer(resolve, (each.tookMs * spreadMs) / 200));
            const output = await router.execute(each, new WorkflowContext({ clock }));
            if (each.outcome === 'stream') for await (const _ of output as AsyncIterable<unknown>);
            if (each.outcome === 'left') for await (const _ of output as AsyncIterable<unknown>) break;
            if (each.outcome === 'left') return;
            spentUsd += each.outputTokens / 1e6;
            largestError = Math.max(largestError, each.outputTokens / 1e6);
          };
          const running = Promise.allSettled(requests.map(run));
          await clock.advance(800);
          await running;
          expect(spentUsd).toBeLessThanOrEqual(limitUsd + largestError);
          const usage = strategy.usage(new WorkflowContext({ clock }));
          expect(usage.reservedUsd).toBe(0);
          expect(usage.spentUsd).toBeGreaterThanOrEqual(spentUsd - 1e-12);
          const { total, refusals, routes: stats } = router.getStats();
          expect([total, stats.only.decisions + refusals]).toEqual([requests.length, requests.length]);
        },
      ),
      { numRuns: 25 },
    );
  });
});
