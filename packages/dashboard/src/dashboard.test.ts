import { TimeoutPrimitive } from 'tta-observability-integration/primitives';
import { afterEach, describe, expect, it } from 'vitest';
import { openHandle } from './__fixtures__/open-handle.ts';
import { askAll, cached, modelStep, type Question, router } from './__fixtures__/workflow.ts';
import { type DashboardHandler, dashboard } from './dashboard.ts';
import type { DashboardOptions } from './options.ts';
import type { Cache, Overview, RequestDetail, RequestPage, Routes, Savings, Status, WhatIf } from './wire/index.ts';

const open: DashboardHandler[] = [];

afterEach(() => {
  for (const handle of open.splice(0)) handle.close();
});

function start(options: DashboardOptions = {}) {
  const opened = openHandle(options);
  open.push(opened.handle);
  return opened;
}

const QUESTIONS = ['hi', 'a long question', 'hi', 'another long one', 'hello', 'a long question'];

describe('the figures', () => {
  it('equal the statistics of the primitives, and add up', async () => {
    const { get } = start();
    const routing = router();
    const caching = cached(routing);
    await askAll(caching, QUESTIONS);
    const { saved, figures, outcomes } = await get<Overview>('overview');
    const { routes, costSavingsUsd } = routing.getStats();
    const { hits, total, costSavingsUsd: byCacheUsd, hitRate } = caching.getStats();
    expect(saved.spentUsd).toBeCloseTo(routes.large.costUsd + routes.small.costUsd, 12);
    expect(saved.routingUsd).toBeCloseTo(costSavingsUsd, 12);
    expect(saved.cacheUsd).toBeCloseTo(byCacheUsd, 12);
    expect(saved.routingUsd + saved.cacheUsd + saved.spentUsd + saved.noAnswerUsd).toBeCloseTo(saved.baselineUsd, 12);
    expect([figures.requests.value, figures.hitRate.value]).toEqual([total, hitRate]);
    const ended = Object.values(outcomes).map((counts: readonly number[]) => counts.reduce((sum, n) => sum + n, 0));
    expect(ended).toEqual([total - hits, hits, 0, 0]);
  });

  it('are the same on every screen', async () => {
    const { get } = start();
    await askAll(cached(router()), QUESTIONS);
    const { saved } = await get<Overview>('overview');
    const { headline, lines, bridge } = await get<Savings>('savings');
    const { cards } = await get<Routes>('routes');
    const { all, operations } = await get<Cache>('cache');
    const { policies } = await get<WhatIf>('what-if');
    const { rows } = await get<RequestPage>('requests');
    const sum = (amounts: readonly (number | null | undefined)[]): number =>
      amounts.reduce<number>((total, usd) => total + (usd ?? 0), 0);
    expect(headline).toEqual(saved);
    expect(sum(lines.map((line) => line.savedUsd))).toBeCloseTo(saved.savedUsd, 12);
    expect(sum(bridge.slice(0, -1).map(({ usd }) => usd))).toBeCloseTo(bridge.at(-1)?.usd ?? Number.NaN, 12);
    expect(sum(cards.map(({ spentUsd }) => spentUsd))).toBeCloseTo(saved.spentUsd, 12);
    expect(sum(rows.map(({ costUsd }) => costUsd))).toBeCloseTo(saved.spentUsd, 12);
    expect(sum(rows.map(({ savedUsd }) => savedUsd))).toBeCloseTo(saved.savedUsd, 12);
    expect([all.savedUsd, operations[0]?.savedUsd, policies[0]?.costUsd]).toEqual([
      saved.cacheUsd,
      saved.cacheUsd,
      saved.spentUsd,
    ]);
  });

  it('count what has no price, and never as free', async () => {
    const { get } = start();
    const unmeasured = (question: Question): object => ({ ...modelStep('gpt-4o')(question), usage: undefined });
    await askAll(cached(router(unmeasured)), ['a long question', 'hi']);
    const { saved } = await get<Overview>('overview');
    const { banners } = await get<Status>('status');
    const { rows } = await get<RequestPage>('requests?priced=no');
    expect([saved.unpriced, rows.length, rows[0]?.costUsd]).toEqual([1, 1, null]);
    expect(banners).toMatchObject([{ kind: 'unpriced', title: '1 answer has no price.' }]);
  });
});

describe('a request', () => {
  it('shows why its route was taken, what each attempt cost, and whose it is', async () => {
    const { get } = start();
    const failing = (): never => {
      throw Object.assign(new Error('slow down'), { status: 429 });
    };
    await askAll(new TimeoutPrimitive(router(failing), { timeoutMs: 60_000 }), ['a long question'], {
      tenantId: 'acme',
    });
    const { rows } = await get<RequestPage>('requests');
    const row = rows[0];
    expect(row).toMatchObject({ status: 'ok', route: 'small', attempts: 2, tenant: 'acme', answeredBy: 'model' });
    const { steps, decision, comparison, names } = await get<RequestDetail>(`requests/${row?.id}`);
    expect(steps.map(({ kind, route, status }) => [kind, route, status])).toEqual([
      ['timeout', undefined, 'ok'],
      ['router', undefined, 'ok'],
      ['model_call', 'large', 'failed'],
      ['model_call', 'small', 'ok'],
    ]);
    expect(decision?.text).toBe(
      'large: the routing function named it. large failed (rate limit). small was asked instead.',
    );
    expect(comparison).toMatchObject({ failedTries: 1, failedTriesUsd: 0, limitMs: 60_000, paidUsd: row?.costUsd });
    expect(names).toMatchObject({ id: row?.id, tenant: 'acme' });
  });

  it('is an error when no route answers, and a 404 when it was never seen', async () => {
    const { get, handle } = start();
    const failing = cached(() => {
      throw Object.assign(new Error('secret words of the prompt'), { status: 500 });
    });
    await askAll(failing, ['hi']);
    const page = await get<RequestPage>('requests');
    expect(page.rows[0]).toMatchObject({ status: 'error', costUsd: 0 });
    expect(JSON.stringify(page)).not.toContain('secret');
    expect((await handle(new Request('http://127.0.0.1/api/requests/none'))).status).toBe(404);
  });
});

describe('the table', () => {
  it('is filtered, counted by what the other filters leave, sorted and paged', async () => {
    const { get } = start();
    await askAll(cached(router()), QUESTIONS, { tenantId: 'acme' });
    await askAll(cached(router()), ['hi'], { tenantId: 'globex' });
    const { rows, summary } = await get<RequestPage>('requests?tenant=acme&route=small&sort=cost&order=desc');
    expect([rows.length, summary.matching, summary.total]).toEqual([2, 2, 7]);
    expect(summary.facets.tenant.values).toEqual([
      { value: 'acme', count: 2 },
      { value: 'globex', count: 1 },
    ]);
    expect(summary.facets.route.values).toEqual([
      { value: 'large', count: 2 },
      { value: 'small', count: 2 },
    ]);
    const page = await get<RequestPage>(`requests?limit=2&offset=2&untilSeq=6`);
    expect(page.rows.map(({ seq }) => seq)).toEqual([4, 3]);
    expect((await get<RequestPage>('requests?q=GLOB')).rows).toMatchObject([{ tenant: 'globex' }]);
  });

  it.each([
    ['range=2h', 'range must be one of 1m, 15m, 1h, 24h, 7d, auto, but it is "2h"'],
    ['status=good', 'status must be one of ok, late, timeout, error, cut, cancelled, but it is "good"'],
    ['limit=501', 'limit must be a whole number from 0 to 500, but it is "501"'],
    ['sort=', undefined],
  ])('answers %s with %s', async (query, sentence) => {
    const response = await start().handle(new Request(`http://127.0.0.1/api/requests?${query}`));
    expect([response.status, sentence === undefined ? sentence : (await response.text()).trim()]).toEqual([
      sentence === undefined ? 200 : 400,
      sentence,
    ]);
  });

  it('keeps the newest requests, says how many it let go, and drops none from the sums', async () => {
    const { get } = start({ maxRequests: 3 });
    await askAll(cached(router()), QUESTIONS);
    const { kept, requests } = await get<Status>('status');
    const { rows } = await get<RequestPage>('requests');
    const { figures } = await get<Overview>('overview');
    expect(kept).toMatchObject({ requests: 3, maxRequests: 3, dropped: 3 });
    expect([requests, rows.map(({ seq }) => seq), figures.requests.value]).toEqual([6, [6, 5, 4], 6]);
  });
});

it('refuses options that are wrong or misspelt', () => {
  expect(() => dashboard({ maxRequests: 0 })).toThrow('dashboard: maxRequests must be');
  expect(() => dashboard({ tokn: 'x' } as DashboardOptions)).toThrow('tokn');
  expect(() => dashboard({ token: 'short' })).toThrow('dashboard: token must have at least 16 characters');
});

it('observes nothing after it was closed', async () => {
  const { handle, get } = start();
  handle.close();
  await askAll(cached(router()), ['hi']);
  expect((await get<Status>('status')).requests).toBe(0);
});
