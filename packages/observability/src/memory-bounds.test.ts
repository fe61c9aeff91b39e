import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { expect, it } from 'vitest';
import { heapBytes } from './__fixtures__/heap-bytes.ts';
import { Budgets } from './limits/budgets.ts';
import { SlidingWindow } from './limits/sliding-window.ts';
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
/** Several times what each memory takes, and not a multiple of it: one that is emptied when it is full is not empty at the end. */
const TIMES = 12_900;

/** Different texts of some length, each a part of a text of 20,000 characters, in two bytes a character. */
const partOf = (index: number, length: number): string => `${index} ${'ж'.repeat(20_000)}`.slice(0, length);

const ignored = (): void => {};

/** Every other one is longer than what is remembered. */
const shortOrLong = (index: number, length: number): string => partOf(index, index % 2 === 0 ? length : 5_000);

/** What remembers something from one execution to the next, what it keeps at most, and how to fill it. Without a bound each keeps more. */
const MEMOS: readonly [string, mostBytes: number, () => { readonly fill: (index: number) => unknown }][] = [
  [
    'requests that are short texts',
    11 * MB,
    () => {
      const reader = new RequestReader<string>({ operation: 'chat', scope: 'tenant', tags: undefined });
      return {
        fill: (index) => reader.read(partOf(index, 512), new WorkflowContext({ tenantId: partOf(index, 512) })),
      };
    },
  ],
  ['scopes', 2 * MB, () => ({ fill: (index) => keyPrefix('chat', ['tenant', shortOrLong(index, 490)], undefined) })],
  [
    'words and names of requests',
    MB,
    () => ({ fill: (index) => canonicalJson({ [shortOrLong(index, 64)]: shortOrLong(index, 12) }) }),
  ],
  [
    'generations of tags',
    22 * MB,
    () => {
      const clock = manualClock();
      const store = new FakeStore();
      const generations = new Generations(guardedStore(store), 0);
      const key = (index: number) => `v1:${'x'.repeat(64)}:${'y'.repeat(22)}:tag:${String(index).padStart(22, 'z')}`;
      return {
        fill: async (index) => {
          for (const tag of [key(2 * index), key(2 * index + 1)]) {
            await generations.renew(tag, ignored);
            await generations.read([tag], clock, ignored);
            await generations.renew(tag, ignored);
            await generations.read([tag], clock, ignored);
          }
          store.held.clear();
        },
      };
    },
  ],
  [
    'entries of a store, with what they say',
    10 * MB,
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
    2 * MB,
    () => {
      const usage = { inputTokens: 1, outputTokens: 1 };
      const settings = { provider: 'openai', at: new Date() }; // prices are remembered for a minute
      return { fill: (index) => index < 3_900 && priceOf(usage, partOf(index, 480), settings) };
    },
  ],
  [
    'budgets of scopes',
    2 * MB,
    () => {
      const budgets = new Budgets(1, 1_000, 1_000);
      return { fill: (index) => budgets.of(shortOrLong(index, 128), 0) };
    },
  ],
  [
    'requests that have left the minute of a limit',
    MB / 4,
    () => {
      const windows = Array.from({ length: 200 }, () => new SlidingWindow(1));
      return {
        fill: (index) => {
          const window = windows[index % windows.length];
          window?.moveTo(index);
          window?.add(index, 1);
        },
      };
    },
  ],
  [
    'labels of metrics',
    2 * MB,
    () => {
      const metric = counter('calls', '{call}', 'Calls.', capped('model'), capped('route'));
      const series = new MetricSeries(metric, new CappedDimensions(1_000, ignored), 2_000);
      return { fill: (index) => series.at([partOf(index, 128), partOf(index, 100)]) };
    },
  ],
];

it.each(MEMOS)('the memory of %s is bounded by %i bytes', async (_, mostBytes, begin) => {
  const { fill } = begin();
  for (let index = 0; index < 100; index += 1) await fill(-index); // compiles everything
  const before = await heapBytes();
  for (let index = 0; index < TIMES; index += 1) await fill(index);
  const keptBytes = (await heapBytes()) - before;
  await fill(0); // holds what was filled until here
  expect(keptBytes).toBeLessThan(mostBytes);
});
