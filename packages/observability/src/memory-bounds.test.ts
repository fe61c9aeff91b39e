import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { expect, it } from 'vitest';
import { heapBytes } from './__fixtures__/heap-bytes.ts';
import { Budgets } from './limits/budgets.ts';
import { priceOf } from './llm/money/price.ts';
import { ENVELOPE, EXPECTED } from './primitives/cache/__fixtures__/envelope.ts';
import { FakeStore } from './primitives/cache/__fixtures__/fake-store.ts';
import { OpenedEntries } from './primitives/cache/entry/entry-reader.ts';
import { sealEnvelope } from './primitives/cache/entry/envelope.ts';
import { Generations } from './primitives/cache/invalidation/generations.ts';
import { keyPrefix } from './primitives/cache/request/cache-key.ts';
import { canonicalJson } from './primitives/cache/request/canonical-json.ts';
import { RequestReader } from './primitives/cache/request/request-reader.ts';
import { guardedStore } from './primitives/cache/store/guard/guarded-store.ts';
import { CappedDimensions } from './telemetry/dimensions.ts';
import { capped, counter } from './telemetry/metric.ts';
import { MetricSeries } from './telemetry/series/metric-series.ts';

const MB = 1e6;
const TIMES = 12_000;

/** Different texts of some length, each a part of a text of 20,000 characters, in two bytes a character. */
const partOf = (index: number, length: number): string => `${index} ${'ж'.repeat(20_000)}`.slice(0, length);

const ignored = (): void => {};

/** What remembers something from one execution to the next, filled with as much as it takes and more. */
const MEMOS: readonly [string, () => { readonly fill: (index: number) => unknown }][] = [
  [
    'requests that are short texts',
    () => {
      const reader = new RequestReader<string>({ operation: 'chat', scope: 'tenant', tags: undefined });
      return {
        fill: (index) => reader.read(partOf(index, 512), new WorkflowContext({ tenantId: partOf(index, 512) })),
      };
    },
  ],
  ['scopes', () => ({ fill: (index) => keyPrefix('chat', ['tenant', partOf(index, 500)], undefined) })],
  ['words and names of requests', () => ({ fill: (index) => canonicalJson([partOf(index % 2_000, 12)]) })],
  [
    'generations of tags',
    () => {
      const clock = manualClock();
      const store = new FakeStore();
      const generations = new Generations(guardedStore(store), 0);
      const key = (index: number) => `v1:${'x'.repeat(64)}:${'y'.repeat(22)}:tag:${String(index).padStart(22, 'z')}`;
      return {
        fill: async (index) => {
          await generations.renew(key(index), ignored);
          await generations.read([key(index)], clock, ignored);
          await generations.renew(key(index), ignored);
          await generations.read([key(index)], clock, ignored);
          store.held.clear();
        },
      };
    },
  ],
  [
    'entries of a store, with what they say',
    () => {
      const entries = new OpenedEntries();
      return {
        fill: (index) => {
          const text = sealEnvelope({ ...ENVELOPE, payload: JSON.stringify([index, partOf(index, 2_000)]) });
          for (let time = 0; time < 3; time += 1) entries.open(`key ${index}`, text, EXPECTED);
        },
      };
    },
  ],
  [
    'prices of models',
    () => {
      const usage = { inputTokens: 1, outputTokens: 1 };
      return { fill: (index) => index < 1_500 && priceOf(usage, partOf(index, 480), { provider: 'openai' }) };
    },
  ],
  [
    'budgets of scopes',
    () => {
      const budgets = new Budgets(1, 1_000, 10_000);
      return { fill: (index) => budgets.of(partOf(index, index % 2 === 0 ? 128 : 5_000), 0) };
    },
  ],
  [
    'labels of metrics',
    () => {
      const metric = counter('calls', '{call}', 'Calls.', capped('model'), capped('route'));
      const series = new MetricSeries(metric, new CappedDimensions(1_000, ignored), 2_000);
      return { fill: (index) => series.at([partOf(index, 128), partOf(index, 100)]) };
    },
  ],
];

it.each(MEMOS)('the memory of %s is bounded in bytes', async (_, begin) => {
  const { fill } = begin();
  for (let index = 0; index < 100; index += 1) await fill(-index); // compiles everything
  const before = await heapBytes();
  for (let index = 0; index < TIMES; index += 1) await fill(index);
  const keptBytes = (await heapBytes()) - before;
  await fill(0); // holds what was filled until here
  expect(keptBytes).toBeLessThan(18 * MB);
});
