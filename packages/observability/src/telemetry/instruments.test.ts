import { type BatchObservableCallback, createNoopMeter } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { Instruments } from './instruments.ts';
import { cacheTopic } from './topics/cache.ts';
import { timeoutTopic } from './topics/timeout.ts';

it('takes its callbacks away from a meter that lives on, and adds none afterwards', () => {
  const callbacks = new Set<BatchObservableCallback>();
  const meter = Object.assign(createNoopMeter(), {
    addBatchObservableCallback: (callback: BatchObservableCallback) => void callbacks.add(callback),
    removeBatchObservableCallback: (callback: BatchObservableCallback) => void callbacks.delete(callback),
  });
  const instruments = new Instruments(meter);
  instruments.bind(cacheTopic, () => []);
  expect(callbacks.size).toBe(1);
  instruments.release();
  expect(callbacks.size).toBe(0);
  instruments.bind(timeoutTopic, () => []);
  expect(callbacks.size).toBe(0);
});
