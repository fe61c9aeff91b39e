import { initializeObservability } from 'tta-observability-integration';
import { expect, it } from 'vitest';
import { askAll, cached, router } from './__fixtures__/workflow.ts';
import { dashboard } from './dashboard.ts';
import type { Overview } from './wire/index.ts';

/** The sum of a metric over its labels. */
function sumOf(page: string, metric: string): number {
  const lines = page.split('\n').filter((line) => line.startsWith(`${metric}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

it('the figures equal those of the page of metrics', async () => {
  const telemetry = await initializeObservability({ environment: 'test' });
  const handle = dashboard();
  await askAll(cached(router()), ['hi', 'a long question', 'hi', 'hello', 'another long one', 'a long question']);
  const page = await telemetry.metricsText();
  const response = await handle(new Request('http://127.0.0.1/api/overview'));
  const { saved, figures } = (await response.json()) as Overview;
  const [hits, misses] = [sumOf(page, 'cache_hits_total'), sumOf(page, 'cache_misses_total')];
  expect([hits, misses]).toEqual([2, 4]);
  expect(figures.hitRate.value).toBe(hits / (hits + misses));
  expect(saved.routingUsd).toBeCloseTo(sumOf(page, 'router_cost_savings_usd'), 12);
  expect(saved.cacheUsd).toBeCloseTo(sumOf(page, 'cache_cost_savings_usd'), 12);
  expect(saved.cacheUsd).toBeGreaterThan(0);
  handle.close();
  await telemetry.shutdown();
});
