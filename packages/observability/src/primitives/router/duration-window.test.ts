import { describe, expect, it } from 'vitest';
import { DurationWindow } from './duration-window.ts';

function windowOf(durationsMs: Iterable<number>, capacity?: number): DurationWindow {
  const window = new DurationWindow(capacity);
  for (const durationMs of durationsMs) window.add(durationMs);
  return window;
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('DurationWindow', () => {
  it('knows no percentile of nothing', () => {
    expect(windowOf([]).percentilesMs(50, 95)).toEqual([null, null]);
  });

  it('gives the only duration as every percentile', () => {
    expect(windowOf([7]).percentilesMs(0, 50, 95, 100)).toEqual([7, 7, 7, 7]);
  });

  it('gives percentiles by nearest rank, whatever the order of the durations', () => {
    expect(windowOf(upTo(100).reverse()).percentilesMs(50, 95, 100)).toEqual([50, 95, 100]);
    expect(windowOf([9, 10, 100]).percentilesMs(50)).toEqual([10]);
  });

  it('remembers the newest durations only', () => {
    expect(windowOf(upTo(10), 4).percentilesMs(0, 100)).toEqual([7, 10]);
    expect(windowOf(upTo(1_001)).percentilesMs(0)).toEqual([2]);
  });
});
