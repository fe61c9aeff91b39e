import { BulkheadPrimitive, WorkflowContext } from 'tta-dev-primitives';
import { LimitPrimitive } from 'tta-observability-integration/primitives';
import { expect, it } from 'vitest';
import { openHandle } from '../__fixtures__/open-handle.ts';
import { askAll, router } from '../__fixtures__/workflow.ts';
import type { Resilience, Status } from '../wire/index.ts';

const DAY_MS = 86_400_000;

it('shows what each tenant has used of its limits and its budget', async () => {
  using page = openHandle();
  const limited = new LimitPrimitive(router(), {
    ...{ key: 'tenant', operation: 'chat', requestsPerMinute: 10 },
    budget: { limitUsd: 0.0025, windowMs: DAY_MS },
  });
  await askAll(limited, ['hi', 'hi'], { tenantId: 'acme' });
  await askAll(limited, ['hi'], {});
  const { limits } = await page.get<Resilience>('resilience');
  expect(limits.map(({ who, what, used, allowed, windowMs }) => [who, what, used, allowed, windowMs])).toEqual([
    ['acme', 'requests', 2, 10, 60_000],
    ['acme', 'spend', expect.closeTo(0.00042, 9), 0.0025, DAY_MS],
    ['all', 'requests', 1, 10, 60_000],
    ['all', 'spend', expect.closeTo(0.00021, 9), 0.0025, DAY_MS],
  ]);
  expect(limits[1]?.startsAnewAtMs).toBeGreaterThan(Date.now());
  expect((await page.get<Status>('status')).banners).toEqual([]);
});

it('says that a budget is used up, and counts what it refused', async () => {
  using page = openHandle();
  const limited = new LimitPrimitive(router(), {
    ...{ key: 'tenant', operation: 'chat', estimate: () => ({ costUsd: 0 }) },
    budget: { limitUsd: 0.0002, windowMs: DAY_MS },
  });
  await askAll(limited, ['hi', 'hi'], { tenantId: 'acme' });
  const { banners } = await page.get<Status>('status');
  expect(banners).toMatchObject([{ kind: 'budget_exhausted', title: 'The budget of acme is used up' }]);
  const { limits } = await page.get<Resilience>('resilience');
  expect(limits).toMatchObject([{ who: 'acme', what: 'spend', used: expect.closeTo(0.00021, 9), refused: 1 }]);
});

it('shows how full a bulkhead is', async () => {
  using page = openHandle();
  const gates: (() => void)[] = [];
  const work = () => new Promise<string>((resolve) => gates.push(() => resolve('done')));
  const bulkhead = new BulkheadPrimitive(work, { maxConcurrent: 2, maxQueued: 1, operation: 'docs' });
  const running = [1, 2, 3].map(() => bulkhead.execute(null, new WorkflowContext()));
  await expect(bulkhead.execute(null, new WorkflowContext())).rejects.toThrow('no more are admitted');
  const full = await page.get<Resilience>('resilience');
  expect(full.bulkheads).toMatchObject({
    places: [{ name: 'docs', running: 2, maxRunning: 2, queued: 1, maxQueued: 1 }],
    rejected: 1,
  });
  for (let ended = 0; ended < 3; ended += 1) {
    await expect.poll(() => gates.length).toBeGreaterThan(ended);
    gates[ended]?.();
  }
  await Promise.all(running);
  const placesNow = async () => (await page.get<Resilience>('resilience')).bulkheads.places;
  await expect.poll(placesNow).toMatchObject([{ name: 'docs', running: 0, queued: 0 }]);
});
