import { describe, expect, it } from 'vitest';
import type { DemoReport, Findings } from './report.ts';
import { summaryLines } from './summary.ts';

const report: DemoReport = {
  requests: 3,
  errors: 1,
  spendUsd: 0.50004,
  baselineUsd: 1.00006,
  savedUsd: 0.50002,
  qualityRetained: 0.987,
  cache: { hits: 1, misses: 2, hitRate: 1 / 3, savedUsd: 0.1 },
  timeouts: { total: 3, failures: 0, late: 1 },
  routes: { small: { requests: 2, costUsd: 0.50004, p50Ms: 12.4, p95Ms: null } },
  metricsUrl: null,
  durationMs: 1,
};

const findings: Findings = {
  sent: [],
  account: {
    spendUsd: 0.50004,
    baselineUsd: 1.00006,
    savedUsd: 0.50002,
    byRoutingUsd: 0.40001,
    byCacheUsd: 0.10001,
    unansweredUsd: 0,
    entries: 2,
    unpriced: 0,
    qualityRetained: 0.987,
  },
  spendByModel: new Map(),
  routes: { small: { requests: 2, errors: 1, costUsd: 0.5, p50Ms: 12.4, p95Ms: null } },
  strategy: 'The small one is asked.',
  cache: { hits: 1, misses: 2, coalesced: 0, hitRate: 1 / 3, costSavingsUsd: 0.1 },
  timeout: {
    operation: 'chat',
    total: 3,
    successes: 2,
    lateSuccesses: 1,
    errors: 1,
    failures: 0,
    cancelled: 0,
    discarded: 0,
    abandoned: 0,
    timeoutRate: 0,
    averageMs: 1,
    timeoutMs: 1,
    graceMs: 1,
  },
  metricsUrl: null,
  durationMs: 1,
};

function summary(changes: Partial<DemoReport> = {}, found: Partial<Findings> = {}): string {
  const workload = { description: 'three requests' };
  const lines = summaryLines({
    report: { ...report, ...changes },
    findings: { ...findings, ...found },
    workload,
    baseline: 'large',
    notes: ['What a reader must know.'],
    paint: (_, text) => text,
  });
  return lines.join('\n');
}

describe('the summary', () => {
  it('shows amounts that add up to the last digit shown, though each was rounded', () => {
    expect(summary()).toMatch(/Spend +\$0\.5000 /);
    expect(summary()).toMatch(/Baseline +\$1\.0001 .*answered by large/);
    expect(summary()).toMatch(/Saving +\$0\.5001 +50\.0 %/);
    expect(summary()).toMatch(/by routing +\$0\.4001 .*\n +by the cache +\$0\.1000 /);
  });

  it('shows a row for each route, and what nobody has measured as a dash', () => {
    expect(summary()).toContain(
      'Route  Requests  Failed     Cost    p50  p95\n  small         2       1  $0.5000  12 ms    -',
    );
  });

  it('says of each part of the saving what share of the baseline it is, and that some of it was not earned', () => {
    expect(summary()).toMatch(/by routing +\$0\.4001 +40\.0 % .*large/);
    expect(summary()).toMatch(/by the cache +\$0\.1000 +10\.0 % /);
    expect(summary()).toMatch(/without answer +\$0\.0000 +0\.0 % +not earned/);
  });

  it('says beside the saving what is left of it without the requests that failed', () => {
    const account = { ...findings.account, byRoutingUsd: 0.3, unansweredUsd: 0.10001 };
    expect(summary({}, { account })).toMatch(
      /Saving +\$0\.5001 +50\.0 % +of the baseline; 40\.0 % without what failed\n/,
    );
    expect(summary()).toMatch(/Saving .* of the baseline\n/);
  });

  it('claims no share of a baseline of nothing', () => {
    expect(summary({ spendUsd: 0, baselineUsd: 0, savedUsd: 0 })).toMatch(/Saving +\$0\.0000 +- +of the baseline/);
  });

  it('shows how much quality was retained, or that nobody knows', () => {
    expect(summary()).toContain('98.7 % retained, compared with large');
    expect(summary({ qualityRetained: null })).toContain('unknown: these answers are not graded');
  });

  it('ends with what a reader must know', () => {
    expect(summary().trimEnd().endsWith('What a reader must know.')).toBe(true);
  });
});
