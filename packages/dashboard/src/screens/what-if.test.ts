import { RouterPrimitive } from 'tta-observability-integration/primitives';
import { expect, it } from 'vitest';
import { openHandle } from '../__fixtures__/open-handle.ts';
import { askAll, cached, modelStep, type Question, router } from '../__fixtures__/workflow.ts';
import type { PolicyLine, Routes, WhatIf } from '../wire/index.ts';

const QUESTIONS = ['hi', 'a long question', 'hi', 'another long one', 'hello'];

/** A thousand tokens in and a hundred out, as every answer of the fixture has. */
const LARGE_USD = (1000 * 2.5 + 100 * 10) / 1e6;
const SMALL_USD = (1000 * 0.15 + 100 * 0.6) / 1e6;

const costsOf = (policies: readonly PolicyLine[]): Record<string, number | null> =>
  Object.fromEntries(policies.map(({ title, costUsd }) => [title, costUsd]));

it('prices the requests that were seen by each model, with the cache and without', async () => {
  using page = openHandle();
  await askAll(cached(router()), QUESTIONS);
  const costs = costsOf((await page.get<WhatIf>('what-if')).policies);
  expect(costs['As it is']).toBeCloseTo(2 * LARGE_USD + 2 * SMALL_USD, 12);
  expect(costs['As it is, no cache']).toBeCloseTo(2 * LARGE_USD + 3 * SMALL_USD, 12);
  expect(costs['All by large']).toBeCloseTo(4 * LARGE_USD, 12);
  expect(costs['All by small, no cache']).toBeCloseTo(5 * SMALL_USD, 12);
});

it('prices models that are in no list at what was paid for them', async () => {
  using page = openHandle();
  const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2 };
  const answer = (tokensIn: number) => (question: Question) => ({
    ...modelStep('own')(question),
    usage: { prompt_tokens: tokensIn, completion_tokens: 100, total_tokens: tokensIn + 100 },
  });
  const routing = new RouterPrimitive<Question, object>(
    {
      own: {
        step: (question: Question) => answer(question.messages[0]?.content.length ?? 1)(question),
        model: 'own',
        price,
      },
    },
    { strategy: () => 'own', defaultRoute: 'own' },
  );
  await askAll(routing, ['x'.repeat(1_000), 'x'.repeat(50)]);
  const costs = costsOf((await page.get<WhatIf>('what-if')).policies);
  expect(costs['All by own']).toBeCloseTo(costs['As it is'] as number, 9);
});

it('prices other strategies over the same routes: by length, and with other thresholds of the score', async () => {
  using page = openHandle();
  const thresholds = [{ route: 'small', upTo: 8 }];
  const scored = router(modelStep('gpt-4o'), {
    strategy: {
      name: 'length',
      decide: ({ messages }: Question) => {
        const value = messages[0]?.content.length ?? 0;
        return { route: value > 8 ? 'large' : 'small', score: { value, thresholds } };
      },
    },
  });
  await askAll(scored, ['hi', 'just nine', 'a long question', 'hello']);
  const { policies } = await page.get<WhatIf>('what-if');
  const costs = costsOf(policies);
  expect(costs['Threshold 10 in place of 8']).toBeCloseTo(LARGE_USD + 3 * SMALL_USD, 9);
  expect(costs['Threshold 6 in place of 8']).toBeCloseTo(2 * LARGE_USD + 2 * SMALL_USD, 9);
  expect(policies.find(({ title }) => title.startsWith('Threshold 10'))).toMatchObject({
    kind: 'strategy',
    otherRoute: 1,
  });
  expect(costs['By length, up to 1,000 tokens in']).toBeCloseTo(4 * SMALL_USD, 9); // all prompts are as long
  const { routers } = await page.get<Routes>('routes');
  expect(routers[0]).toMatchObject({ title: 'By length', scores: { thresholds, top: 16 } });
});
