import { initializeObservability } from 'tta-observability-integration';
import { SavingsLedger } from 'tta-observability-integration/llm';
import { TimeoutPrimitive } from 'tta-observability-integration/primitives';
import { expect, it } from 'vitest';
import { openHandle } from './__fixtures__/open-handle.ts';
import { askAll, cached, modelStep, type Question, router } from './__fixtures__/workflow.ts';
import type { Cache, Overview, Routes } from './wire/index.ts';

/** The sum of a metric over its labels, or over those lines that have all of these. */
function sumOf(page: string, metric: string, ...labels: readonly string[]): number {
  const lines = page.split('\n').filter((line) => line.startsWith(`${metric}{`));
  const chosen = lines.filter((line) => labels.every((label) => line.includes(label)));
  return chosen.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** Every fifth call of the expensive model fails, and another route answers. */
function flaky(): (question: Question) => object {
  let calls = 0;
  return (question) => {
    calls += 1;
    if (calls % 5 === 0) throw Object.assign(new Error('slow down'), { status: 429 });
    return modelStep('gpt-4o')(question);
  };
}

it('the figures of the page equal getStats(), the page of metrics and the ledger, for one workload', async () => {
  const telemetry = await initializeObservability({ environment: 'test' });
  const ledger = new SavingsLedger();
  using page = openHandle();
  const routing = router(flaky());
  const caching = cached(routing);
  const workflow = new TimeoutPrimitive(caching, { timeoutMs: 60_000, operation: 'chat' });
  const questions = Array.from({ length: 60 }, (_, at) =>
    at % 3 === 2 ? 'hi' : at % 2 === 0 ? `a long question ${at % 20}` : `q ${at % 7}`,
  );
  await askAll(workflow, questions, { tenantId: 'acme' });

  const metrics = await telemetry.metricsText();
  const [stats, routes, totals] = [caching.getStats(), routing.getStats(), ledger.totals()];
  const { saved, figures } = await page.get<Overview>('overview');
  const { all } = await page.get<Cache>('cache');
  const { cards } = await page.get<Routes>('routes');
  await ledger.close();
  await telemetry.shutdown();

  const requests = [figures.requests.value, workflow.getStats().total, totals.requests];
  expect(new Set([...requests, sumOf(metrics, 'timeout_successes_total')])).toEqual(new Set([questions.length]));
  expect(stats.hits).toBeGreaterThan(10);
  expect([all.counts.hit, sumOf(metrics, 'cache_hits_total')]).toEqual([stats.hits, stats.hits]);
  expect([all.counts.miss, sumOf(metrics, 'cache_misses_total')]).toEqual([stats.misses, stats.misses]);
  expect([figures.hitRate.value, sumOf(metrics, 'cache_hit_rate')]).toEqual([stats.hitRate, stats.hitRate]);

  const money = (amounts: readonly number[]) => amounts.map((usd) => expect.closeTo(usd, 12));
  expect([saved.cacheUsd, sumOf(metrics, 'cache_cost_savings_usd')]).toEqual(
    money([stats.costSavingsUsd, totals.realisedUsd]),
  );
  expect([saved.routingUsd, sumOf(metrics, 'router_cost_savings_usd')]).toEqual(
    money([routes.costSavingsUsd, totals.estimatedUsd]),
  );
  expect([saved.spentUsd, saved.baselineUsd, saved.savedUsd]).toEqual(
    money([totals.spendUsd, totals.baselineUsd, totals.savedUsd]),
  );
  for (const [name, { errors, costUsd }] of Object.entries(routes.routes)) {
    const card = cards.find(({ route }) => route === name);
    expect([card?.spentUsd, totals.byRoute[name]?.spendUsd]).toEqual(money([costUsd, costUsd]));
    expect([card?.noAnswer, sumOf(metrics, 'router_errors_total', `route="${name}"`)]).toEqual([errors, errors]);
  }
});
