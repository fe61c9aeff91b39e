import { BulkheadPrimitive, RetryPrimitive } from 'tta-dev-primitives';
import { modelCall } from 'tta-observability-integration/llm';
import { CachePrimitive, memoryStore, TimeoutPrimitive } from 'tta-observability-integration/primitives';
import { expect, it } from 'vitest';
import { openHandle } from '../__fixtures__/open-handle.ts';
import { askAll, modelStep, type Question, router } from '../__fixtures__/workflow.ts';
import type { RequestDetail, RequestPage } from '../wire/index.ts';

async function newest(page: ReturnType<typeof openHandle>): Promise<RequestDetail> {
  const { rows } = await page.get<RequestPage>('requests');
  return page.get<RequestDetail>(`requests/${rows[0]?.id}`);
}

it('names each step by its kind, its operation and what it did, and adds costs up around calls', async () => {
  using page = openHandle();
  const caching = new CachePrimitive(router(), { store: memoryStore({ maxBytes: 10_000 }), operation: 'chat' });
  await askAll(new TimeoutPrimitive(caching, { timeoutMs: 60_000, operation: 'chat' }), ['hi']);
  const { steps, row } = await newest(page);
  expect(steps.map(({ name, detail, costUsd }) => [name, detail, costUsd])).toEqual([
    ['timeout', 'chat', row.costUsd],
    ['cache', 'chat, miss', undefined],
    ['router', 'routing function', row.costUsd],
    ['small', 'gpt-4o-mini', row.costUsd],
  ]);
});

it('lists what was paid for by the kind of token', async () => {
  using page = openHandle();
  const answer = (question: Question): object => ({
    ...modelStep('gpt-4o')(question),
    usage: {
      prompt_tokens: 1_000,
      completion_tokens: 100,
      total_tokens: 1_100,
      prompt_tokens_details: { cached_tokens: 400 },
    },
  });
  await askAll(modelCall(answer, { model: 'gpt-4o', provider: 'openai' }), ['hi']);
  const { costLines, row } = await newest(page);
  expect(costLines.map(({ what, tokens }) => [what, tokens])).toEqual([
    ['tokens in', 600],
    ['in, cached', 400],
    ['tokens out', 100],
  ]);
  const [fresh, cachedIn, out] = costLines.map(({ usd }) => usd ?? Number.NaN);
  expect([fresh, out]).toEqual([expect.closeTo(0.0015, 9), expect.closeTo(0.001, 9)]);
  expect((fresh ?? 0) + (cachedIn ?? 0) + (out ?? 0)).toBeCloseTo(row.costUsd ?? Number.NaN, 12);
});

it('says when each chunk of a stream came, and how long a wait is allowed', async () => {
  using page = openHandle();
  const chunk = (delta: object, finish: string | null) => ({
    object: 'chat.completion.chunk',
    model: 'gpt-4o',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  async function* stream() {
    for (const word of ['one', 'two', 'three']) yield chunk({ content: word }, null);
    yield chunk({}, 'stop');
  }
  const call = modelCall<Question, AsyncIterable<object>>(() => stream(), { model: 'gpt-4o', provider: 'openai' });
  const workflow = new TimeoutPrimitive(call, { timeoutMs: 60_000, stream: { idleMs: 5_000 } });
  const answer = await workflow.execute({ model: 'gpt-4o', temperature: 0, messages: [] });
  for await (const _ of answer);
  const { stream: health } = await newest(page);
  expect(health).toMatchObject({ chunks: 4, ending: 'whole', idleLimitMs: 5_000 });
  expect(health?.chunkAtMs).toHaveLength(4);
  expect(health?.chunkAtMs?.at(-1)).toBeLessThanOrEqual((health?.endMs ?? 0) + 0.1);
});

it('says when a request waited for a place, and between two tries', async () => {
  using page = openHandle();
  let calls = 0;
  const open = Promise.withResolvers<void>();
  const flaky = async (question: Question): Promise<object> => {
    calls += 1;
    await open.promise;
    if (calls === 2) throw Object.assign(new Error('overloaded'), { status: 529 });
    return modelStep('gpt-4o')(question);
  };
  const retried = new RetryPrimitive(flaky, { maxAttempts: 2, backoff: () => 2 });
  const bulkhead = new BulkheadPrimitive(retried, { maxConcurrent: 1, maxQueued: 1, operation: 'docs' });
  const both = ['first', 'second'].map((text) => askAll(bulkhead, [text]));
  await expect.poll(() => calls).toBe(1);
  open.resolve();
  await Promise.all(both);
  const { steps } = await newest(page);
  const [place, tries] = steps;
  expect(place).toMatchObject({ kind: 'bulkhead', waits: [{ startMs: place?.startMs }] });
  expect(tries).toMatchObject({ kind: 'retry', detail: expect.stringContaining('recovered') });
  const [wait] = tries?.waits ?? [];
  const parts = steps.filter(({ depth }) => depth === 2);
  expect(wait?.startMs).toBeCloseTo((parts[0]?.startMs ?? 0) + (parts[0]?.durationMs ?? 0), 6);
  expect((wait?.startMs ?? 0) + (wait?.durationMs ?? 0)).toBeCloseTo(parts[1]?.startMs ?? Number.NaN, 6);
});

it('names the route of the baseline where a router has named one, and none for an answer of the cache alone', async () => {
  using page = openHandle();
  await askAll(router(), ['hi']);
  expect((await newest(page)).comparison.baseline?.route).toBe('large');
  const cached = new CachePrimitive(modelCall(modelStep('gpt-4o'), { model: 'gpt-4o', provider: 'openai' }));
  await askAll(cached, ['hi', 'hi']);
  const { baseline } = (await newest(page)).comparison;
  expect(baseline?.usd).toBeGreaterThan(0);
  expect(baseline?.route).toBeUndefined();
});
