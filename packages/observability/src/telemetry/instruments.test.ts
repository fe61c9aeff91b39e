import { type BatchObservableCallback, createNoopMeter } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { CappedDimensions } from './dimensions.ts';
import { Instruments } from './instruments.ts';
import { Sums } from './sums.ts';
import { cacheTopic } from './topics/cache.ts';
import { timeoutTopic } from './topics/timeout.ts';

it('takes its callbacks away from meters that live on, and adds none afterwards', () => {
  const callbacks = new Set<BatchObservableCallback>();
  const meter = Object.assign(createNoopMeter(), {
    addBatchObservableCallback: (callback: BatchObservableCallback) => void callbacks.add(callback),
    removeBatchObservableCallback: (callback: BatchObservableCallback) => void callbacks.delete(callback),
  });
  const instruments = new Instruments([meter]);
  const sums = new Sums(new CappedDimensions(1, () => {}), 10, () => {});
  expect(instruments.has(cacheTopic.metrics['hits'] as never)).toBe(false);
  instruments.bind(cacheTopic, sums);
  expect(callbacks.size).toBe(1);
  instruments.release();
  expect(callbacks.size).toBe(0);
  expect(instruments.has(timeoutTopic.metrics['failures'] as never)).toBe(true);
});
