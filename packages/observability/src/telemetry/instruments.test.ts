import { type BatchObservableCallback, createNoopMeter } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { METRICS, RATES } from './catalogue.ts';
import { Instruments } from './instruments.ts';
import { Sums } from './sums.ts';

it('takes its callbacks away from meters that live on', () => {
  const callbacks = new Set<BatchObservableCallback>();
  const meter = Object.assign(createNoopMeter(), {
    addBatchObservableCallback: (callback: BatchObservableCallback) => void callbacks.add(callback),
    removeBatchObservableCallback: (callback: BatchObservableCallback) => void callbacks.delete(callback),
  });
  const instruments = new Instruments([meter], METRICS, RATES, new Sums());
  expect(callbacks.size).toBe(1);
  instruments.release();
  expect(callbacks.size).toBe(0);
});
