import { describe, expect, it } from 'vitest';
import { RecentLatencies } from './recent-latencies.ts';

const MINUTE_MS = 60_000;

function latencies(answered: readonly number[], unanswered: readonly number[] = [], now = 0): RecentLatencies {
  const subject = new RecentLatencies();
  for (const durationMs of answered) subject.add(durationMs, now);
  for (const durationMs of unanswered) subject.addUnanswered(durationMs, now);
  return subject;
}

const numbered = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('recent latencies', () => {
  it('give the nearest rank of any percentile while every request was answered', () => {
    const percents = numbered(100);
    for (const count of numbered(128)) {
      const subject = latencies(numbered(count));
      expect(percents.map((percent) => subject.percentileMs(percent, 0))).toEqual(
        percents.map((percent) => Math.ceil((percent * count) / 100)),
      );
    }
  });

  it('count a request that was given up like those that took longer than it waited', () => {
    expect(latencies([10, 10, 2_000], [50, 50, 50]).percentileMs(90, 0)).toBe(2_000);
    expect(latencies([100, 100, 100], [50, 50, 50]).percentileMs(90, 0)).toBe(100);
    expect(latencies([10, 20, 30, 40], [10]).percentileMs(50, 0)).toBe(30);
  });

  it('give the longest known duration if too many requests were given up', () => {
    expect(latencies([10, 10, 10], [50, 60, 40]).percentileMs(90, 0)).toBe(60);
    expect(latencies([10, 10, 10], [50, 60, 40]).percentileMs(50, 0)).toBe(10);
  });

  it('know nothing but the longest wait while no request was answered', () => {
    expect(latencies([]).percentileMs(90, 0)).toBeNull();
    expect(latencies([]).unansweredMs(0)).toBeNull();
    expect(latencies([], [50, 70, 60]).percentileMs(90, 0)).toBeNull();
    expect(latencies([], [50, 70, 60]).unansweredMs(0)).toBe(70);
    expect(latencies([10], [50, 70, 60]).unansweredMs(0)).toBeNull();
  });

  it('forget after five minutes', () => {
    const subject = latencies([10], [70]);
    subject.addUnanswered(40, MINUTE_MS);
    expect(subject.unansweredMs(5 * MINUTE_MS)).toBeNull();
    expect(subject.unansweredMs(5 * MINUTE_MS + 1)).toBe(40);
    expect(subject.unansweredMs(6 * MINUTE_MS + 1)).toBeNull();
  });
});
