import { describe, expect, it } from 'vitest';
import type { Range } from '../wire/index.ts';
import type { SeenRequest } from './seen-request.ts';
import { drawnSince, RANGES, rangeSince, Timeline } from './timeline.ts';

const START = Date.UTC(2026, 10, 28);

const REQUEST: SeenRequest = {
  names: { id: 'a', tags: {} },
  startedAtMs: START,
  durationMs: 0,
  workflow: 'chat',
  status: 'ok',
  answeredBy: 'model',
  money: { costUsd: 0.001, knownCostUsd: 0.001, isPriced: true, wastedUsd: 0 },
  calls: [],
  lookups: [],
  timeouts: [],
  retries: [],
  queued: [],
  states: [],
  places: [],
  limits: [],
  steps: [],
};

function counts(timeline: Timeline, nowAtMs: number): Record<Range, number> {
  const of = (range: Range) => timeline.read(range, nowAtMs).all.requests;
  return { '1m': of('1m'), '15m': of('15m'), '1h': of('1h'), '24h': of('24h'), '7d': of('7d') };
}

describe('the timeline', () => {
  it('counts a request in every range at once, also when it is told of late', () => {
    const timeline = new Timeline();
    timeline.add(REQUEST, START);
    expect(counts(timeline, START)).toEqual({ '1m': 1, '15m': 1, '1h': 1, '24h': 1, '7d': 1 });
    for (const afterMs of [30_000, 20 * 60_000, 25_000, 3_600_000 * 3, 40_000]) timeline.add(REQUEST, START + afterMs);
    expect(counts(timeline, START + 3_600_000 * 3)).toEqual({ '1m': 1, '15m': 1, '1h': 1, '24h': 6, '7d': 6 });
  });

  it('adds up over every second of two hours', () => {
    const timeline = new Timeline();
    for (let second = 0; second < 7_200; second += 1) timeline.add(REQUEST, START + second * 1_000);
    const nowAtMs = START + 7_199_000;
    expect(counts(timeline, nowAtMs)).toEqual({ '1m': 60, '15m': 900, '1h': 3_600, '24h': 7_200, '7d': 7_200 });
    expect(timeline.read('1m', nowAtMs, 1).all.requests).toBe(60);
    expect(timeline.read('1m', nowAtMs).buckets.every((tally) => tally?.requests === 1)).toBe(true);
  });
});

it.each([
  [0, '1m'],
  [58_000, '1m'],
  [60_000, '15m'],
  [15 * 60_000, '1h'],
  [3_600_000, '24h'],
  [30 * 86_400_000, '7d'],
])('covers the last %i ms with %s', (ageMs, range) => {
  expect(rangeSince(START - ageMs, START)).toBe(range);
  expect(RANGES).toContain(range);
});

it.each([
  [0, 20],
  [19 * 15_000, 20],
  [40 * 15_000, 41],
  [3_600_000, 60],
])('draws of 15 minutes what has passed since a start %i ms ago: %i buckets', (ageMs, count) => {
  const { fromAtMs, stepMs } = new Timeline().read('15m', START);
  const drawn = drawnSince({ fromAtMs, stepMs }, START - ageMs);
  expect(drawn).toEqual({ drawnFromAtMs: fromAtMs + (60 - count) * stepMs, count });
});
