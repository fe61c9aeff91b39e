import { SavingsLedger } from 'tta-observability-integration/llm';
import { expect, it } from 'vitest';
import { openHandle } from '../__fixtures__/open-handle.ts';
import { askAll, cached, router } from '../__fixtures__/workflow.ts';
import type { Overview, Savings } from '../wire/index.ts';

const failing = (): never => {
  throw Object.assign(new Error('overloaded'), { status: 529 });
};

it('says what the baseline was expected to cost for requests without an answer, and still adds up', async () => {
  using page = openHandle();
  const routing = router(failing, { fallback: false });
  await askAll(routing, ['hi', 'a long question']);
  const { headline, bridge, lines } = await page.get<Savings>('savings');
  expect(headline.noAnswerUsd).toBeGreaterThan(0);
  expect(bridge.map(({ kind }) => kind)).toEqual(['baseline', 'estimated', 'no_answer', 'spent']);
  const parts = headline.routingUsd + headline.cacheUsd + headline.spentUsd + headline.noAnswerUsd;
  expect(parts).toBeCloseTo(headline.baselineUsd, 12);
  expect(lines).toHaveLength(1);
  expect(headline.savedUsd).toBeCloseTo(routing.getStats().costSavingsUsd, 12);
});

it('measures the saving on requests that were held out, with the interval of the ledger', async () => {
  using page = openHandle();
  let turn = 0;
  const ledger = new SavingsLedger({ holdOut: { share: 0.5, random: () => (turn++ % 2) * 0.9 } });
  const questions = Array.from({ length: 160 }, (_, at) => (at % 3 === 0 ? `a long question ${at}` : `q ${at}`));
  await askAll(cached(router()), questions);
  const { holdOut, headline } = await page.get<Savings>('savings');
  const { saved } = await page.get<Overview>('overview');
  const totals = ledger.totals().holdOut;
  await ledger.close();
  const wholeUsd = ((totals?.heldOutUsd ?? 0) / (totals?.heldOut ?? 1)) * (totals?.treated ?? 0);
  expect(holdOut?.measured.share).toBeCloseTo((totals?.savedUsd ?? Number.NaN) / wholeUsd, 9);
  expect(holdOut?.measured.low).toBeCloseTo((totals?.interval?.low ?? Number.NaN) / wholeUsd, 9);
  expect(holdOut).toMatchObject({ fraction: 0.5, measured: { n: 80 } });
  expect(holdOut?.costUsd).toBeCloseTo(totals?.heldOutUsd ?? Number.NaN, 12);
  expect(holdOut?.estimatedShare).toBeCloseTo(headline.savedUsd / headline.baselineUsd, 12);
  expect(saved.measured).toEqual(holdOut?.measured);
});

it('measures nothing while too few requests were held out', async () => {
  using page = openHandle();
  const ledger = new SavingsLedger({ holdOut: { share: 1 } });
  await askAll(router(), ['hi', 'a long question']);
  await ledger.close();
  expect(await page.get<Savings>('savings')).not.toHaveProperty('holdOut');
});
