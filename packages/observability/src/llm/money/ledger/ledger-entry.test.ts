import { parallel, RetryPrimitive, step, WorkflowContext, withReport } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { expect, test } from 'vitest';
import { CachePrimitive } from '../../../primitives/cache/cache-primitive.ts';
import { CascadePrimitive } from '../../../primitives/cascade/cascade-primitive.ts';
import { RouterPrimitive } from '../../../primitives/router/router-primitive.ts';
import { byRules } from '../../../primitives/router/strategies/by-rules.ts';
import { firstOf } from '../../../primitives/router/strategies/first-of.ts';
import { TimeoutPrimitive } from '../../../primitives/timeout/timeout-primitive.ts';
import { modelCall } from '../../call/model-call.ts';
import type { LedgerEntry } from './entry.ts';
import { ledgerEntryOf } from './ledger-entry.ts';

/** 1,000 tokens in and out at 1 dollar a million. */
const PRICE = { inputPerMillionUsd: 0.5, outputPerMillionUsd: 0.5 };
const DEAR = { inputPerMillionUsd: 5, outputPerMillionUsd: 5 };
const REQUEST = { model: 'small', messages: [{ role: 'user', content: 'canary-in-prompt' }] };

const answer = (more: object = {}) => ({
  object: 'chat.completion',
  model: 'small-1',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'canary-in-answer' } }],
  usage: { prompt_tokens: 1_000, completion_tokens: 1_000, total_tokens: 2_000 },
  ...more,
});

/** A step that fails so many times with an answer that is billed. */
const flaky = (failures: number) => {
  let calls = 0;
  return async () => {
    calls += 1;
    return answer(calls <= failures ? { error: { message: 'canary-in-error', code: 503 } } : {});
  };
};

const entryOf = async (
  workflow: { execute(input: never, context: WorkflowContext): Promise<unknown> },
  context = new WorkflowContext(),
): Promise<LedgerEntry> => {
  const { context: own, report } = withReport(context);
  await workflow.execute(REQUEST as never, own).catch(() => {});
  const entry = ledgerEntryOf(await report);
  expect(JSON.stringify(entry)).not.toContain('canary');
  return entry;
};

test('says whose request it was, what was asked, and what it cost', async () => {
  const clock = manualClock(Date.UTC(2026, 0, 1));
  const tags = { team: 'search' };
  const context = new WorkflowContext({ clock, tenantId: 'acme', userId: 'u1', workflowId: 'w1', tags });
  const entry = await entryOf(modelCall(step('ask', flaky(0)), { price: PRICE, provider: 'openai' }), context);
  expect(entry).toMatchObject({
    version: 1,
    workflowId: 'w1',
    tenantId: 'acme',
    userId: 'u1',
    tags,
    workflow: 'ask',
    kind: 'model_call',
    startedAtMs: clock.epochMs(),
    status: 'success',
    asked: { operation: 'chat', provider: 'openai', model: 'small' },
    attempts: [{ model: 'small', responseModel: 'small-1', status: 'success', costUsd: 0.001, finish: ['stop'] }],
    usage: { inputTokens: 1_000, outputTokens: 1_000 },
    costUsd: 0.001,
    baselineUsd: 0.001,
    savedUsd: {},
    wastedUsd: {},
  });
  expect(entry).not.toHaveProperty('unpriced');
});

test('counts attempts that were retried as wasted, with what they failed with', async () => {
  const entry = await entryOf(new RetryPrimitive(modelCall(flaky(2), { price: PRICE }), { backoff: () => 0 }));
  expect(entry.attempts).toMatchObject([
    { status: 'error', failure: 'overloaded', httpStatus: 503, wastedBecause: 'retried' },
    { status: 'error', failure: 'overloaded', httpStatus: 503, wastedBecause: 'retried' },
    { status: 'success' },
  ]);
  expect(entry.attempts[2]).not.toHaveProperty('wastedBecause');
});

test('says which route was taken and why, the route that was left, and what that saved', async () => {
  const router = new RouterPrimitive(
    { small: { step: flaky(1), price: PRICE }, large: { step: flaky(0), price: DEAR } },
    { strategy: () => 'small', defaultRoute: 'small', baseline: 'large', fallback: true },
  );
  const fell = await entryOf(router);
  expect(fell).toMatchObject({
    route: 'large',
    reason: 'routing_function',
    fallbacks: 1,
    attempts: [{ route: 'small', wastedBecause: 'fell_back' }, { route: 'large' }],
    decisions: [{ router: 'router', route: 'small', left: [{ route: 'small', because: 'http_5xx' }] }],
  });
  const entry = await entryOf(router);
  expect(entry).toMatchObject({ route: 'small', costUsd: 0.001 });
  expect(entry.decisions[0]?.savedUsd).toBeCloseTo(0.009, 12);
  expect(entry.savedUsd.routing).toBeCloseTo(0.009, 12);
  expect(entry.baselineUsd).toBeCloseTo(0.01, 12);
});

test('says how the cache was used, and what a hit saved', async () => {
  const cache = new CachePrimitive(modelCall(flaky(0), { price: PRICE }), { operation: 'chat', cost: () => 0.001 });
  const context = new WorkflowContext({ tenantId: 'acme' });
  const miss = await entryOf(cache, context);
  const hit = await entryOf(cache, context);
  expect(miss).toMatchObject({
    cacheOutcome: 'miss',
    lookups: [{ operation: 'chat', outcome: 'miss' }],
    costUsd: 0.001,
  });
  expect(hit).toMatchObject({ cacheOutcome: 'hit', costUsd: 0, attempts: [], savedUsd: { cache: 0.001 } });
  expect(hit.baselineUsd).toBe(0.001);
});

test('counts what a timeout gave up as wasted, and its unknown cost as unpriced', async () => {
  const clock = manualClock();
  const never = modelCall((_: unknown, { signal }: WorkflowContext) => {
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  const timed = new TimeoutPrimitive(never, { timeoutMs: 10, graceMs: 0, operation: 'ask' });
  const entry = entryOf(timed, new WorkflowContext({ clock }));
  await clock.advance(20);
  expect(await entry).toMatchObject({
    status: 'error',
    failure: 'timeout',
    timeouts: [{ operation: 'ask', outcome: 'timeout', limitMs: 10 }],
    attempts: [{ wastedBecause: 'timed_out', costUsd: null }],
    costUsd: null,
    baselineUsd: null,
    unpriced: { attempts: 1 },
  });
});

test('counts a call that still runs when it is not waited for any longer as unpriced', async () => {
  const clock = manualClock();
  const stuck = modelCall(() => new Promise(() => {}));
  const timed = new TimeoutPrimitive(stuck, { timeoutMs: 10, graceMs: 0 });
  const entry = entryOf(timed, new WorkflowContext({ clock }));
  await clock.advance(10);
  await clock.advance(120_000);
  expect((await entry).attempts).toHaveLength(1);
  expect(await entry).toMatchObject({ costUsd: null, unpriced: { attempts: 1 } });
});

test('counts the cheap stage of a cascade that was not accepted as rejected', async () => {
  const cascade = new CascadePrimitive(
    { small: { step: flaky(0), price: PRICE }, large: { step: flaky(0), price: DEAR } },
    { accept: () => false },
  );
  const entry = await entryOf(cascade);
  expect(entry).toMatchObject({
    costUsd: 0.011,
    savedUsd: { cascade: -0.001 },
    wastedUsd: { rejected: 0.001 },
    attempts: [{ wastedBecause: 'rejected' }, { costUsd: 0.01 }],
  });
});

test('counts the branches that another one outran as wasted', async () => {
  const { promise: never } = Promise.withResolvers<never>();
  const slow = modelCall(() => never);
  const race = parallel([slow, modelCall(flaky(0), { price: PRICE })], { mode: 'any' });
  const clock = manualClock();
  const entry = entryOf(race as never, new WorkflowContext({ clock }));
  await new Promise(setImmediate);
  await clock.advance(120_000);
  expect((await entry).attempts).toMatchObject([{ wastedBecause: 'outraced' }, { costUsd: 0.001 }]);
});

test('counts all money of a request that failed as wasted', async () => {
  const broken = modelCall(flaky(0), { price: PRICE }).pipe(() => {
    throw new Error('canary-in-error');
  });
  expect(await entryOf(broken)).toMatchObject({ status: 'error', failure: 'unknown', wastedUsd: { failed: 0.001 } });
});

test('gives the first chunk of the answer since the request began', async () => {
  const clock = manualClock();
  const streaming = modelCall(async function* chunks() {
    await clock.advance(30);
    yield { object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'hi' } }] };
    yield { object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  });
  const { context, report } = withReport(new WorkflowContext({ clock }));
  const delayed = step('delay', async (input: unknown) => {
    await clock.advance(10);
    return input;
  }).pipe(streaming as never);
  for await (const _ of (await delayed.execute(REQUEST as never, context)) as AsyncIterable<unknown>);
  expect(ledgerEntryOf(await report)).toMatchObject({ firstChunkMs: 40, attempts: [{ firstChunkMs: 30 }] });
});

test('says what was known of each route when the router decided, and what the baseline would have cost', async () => {
  const clock = manualClock(Date.UTC(2026, 0, 1));
  const down = async () => {
    throw Object.assign(new Error('canary-in-error'), { status: 503 });
  };
  const router = new RouterPrimitive(
    { small: { step: down, price: PRICE }, large: { step: flaky(0), price: DEAR, model: 'large-1' } },
    {
      strategy: firstOf(byRules(), () => 'small'),
      defaultRoute: 'small',
      baseline: 'large',
      fallback: true,
      cooldown: { failureThreshold: 1, cooldownMs: 10_000 },
    },
  );
  const first = await entryOf(router, new WorkflowContext({ clock }));
  const until = Date.UTC(2026, 0, 1) + 10_000;
  expect(first.decisions).toMatchObject([
    {
      strategy: 'firstOf(byRules, function)',
      candidates: [{ route: 'small' }, { route: 'large', model: 'large-1', p50Ms: null }],
      baseline: { route: 'large', model: 'large-1', costUsd: 0.01 },
      health: [{ route: 'small', state: 'cooling', because: 'http_5xx', untilMs: until }],
    },
  ]);
  const second = await entryOf(router, new WorkflowContext({ clock }));
  expect(second.decisions[0]?.candidates).toMatchObject([
    { route: 'small', ruledOut: 'cooling', untilMs: until },
    { route: 'large', estimatedUsd: expect.closeTo(0.01, 2), p50Ms: 0 },
  ]);
});

test('says what the provider billed beside what the list says', async () => {
  const billed = async () => answer({ model: 'gpt-4o-mini', usage: { ...answer().usage, cost: 0.5 } });
  const entry = await entryOf(modelCall(billed, { provider: 'openrouter', model: 'openai/gpt-4o-mini' }));
  expect(entry.attempts).toMatchObject([{ costUsd: 0.5, billedUsd: 0.5, listedUsd: expect.closeTo(0.00075, 12) }]);
});

test('says how a stream went: chunks, the longest gap and its end', async () => {
  const clock = manualClock();
  const chunk = (finish: string | null) => ({
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: finish }],
  });
  const ask = (last: string | null) =>
    modelCall(async function* chunks() {
      for (const waitMs of [30, 5, 50, 5]) {
        await clock.advance(waitMs);
        yield chunk(null);
      }
      yield chunk(last);
    });
  const streamOf = async (last: string | null, take: number): Promise<unknown> => {
    const { context, report } = withReport(new WorkflowContext({ clock }));
    const stream = (await ask(last).execute({ ...REQUEST, stream: true } as never, context)) as AsyncIterable<unknown>;
    let left = take;
    try {
      for await (const _ of stream) if ((left -= 1) === 0) break;
    } catch {}
    const { attempts, asked } = ledgerEntryOf(await report);
    expect(asked?.isStream).toBe(true);
    return attempts[0]?.stream;
  };
  const whole = { chunks: 5, medianGapMs: 5, longestGapMs: 50, longestGapAtMs: 35, end: 'complete' };
  expect(await streamOf('stop', 9)).toEqual(whole);
  expect(await streamOf(null, 9)).toEqual({ ...whole, end: 'incomplete' });
  expect(await streamOf('stop', 2)).toEqual({
    chunks: 2,
    medianGapMs: 5,
    longestGapMs: 5,
    longestGapAtMs: 30,
    end: 'left',
  });
});
