import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SentRequest } from './sent-request.ts';
import { type CostOf, type SpendReportInput, spendReportFor } from './spend-report.ts';

/** One dollar per output token of the strong model, ten cents per one of the cheap model. */
const costOf: CostOf = (model, { outputTokens }) =>
  model === 'strong' ? outputTokens : model === 'cheap' ? outputTokens / 10 : null;

function sent(
  changes: Partial<SentRequest> & { readonly baselineTokens?: number; readonly quality?: number } = {},
): SentRequest {
  const { baselineTokens = 10, quality = 1, ...rest } = changes;
  return {
    request: {
      id: 'a',
      prompt: 'a',
      isStreamed: false,
      atMs: 0,
      baseline: { inputTokens: 0, outputTokens: baselineTokens, quality },
    },
    outcome: 'answered',
    source: 'model',
    model: 'cheap',
    usage: { inputTokens: 0, outputTokens: 20 },
    ...rest,
  };
}

function account(requests: readonly SentRequest[], spendUsd: number, changes: Partial<SpendReportInput> = {}) {
  return spendReportFor({
    sent: requests,
    spendByModel: new Map([['cheap', spendUsd]]),
    baseline: 'strong',
    costOf,
    baselineAnswer: ({ baseline }) => baseline,
    qualityOf: (model) => (model === 'strong' ? 1 : 0.5),
    ...changes,
  });
}

describe('an account', () => {
  it('counts what a cheaper model saved by the tokens that each model really used', () => {
    expect(account([sent()], 2)).toMatchObject({
      spendUsd: 2,
      baselineUsd: 10,
      savedUsd: 8,
      byRoutingUsd: 8,
      byCacheUsd: 0,
    });
  });

  it('counts every call that an answer took, also for whoever is given it again', () => {
    const requests = [sent(), sent({ source: 'cache' })];
    expect(account(requests, 5, { callsUsd: () => 5 })).toMatchObject({
      spendUsd: 5,
      baselineUsd: 20,
      savedUsd: 15,
      byRoutingUsd: 10,
      byCacheUsd: 5,
      unansweredUsd: 0,
    });
  });

  it('credits the cache with what the answer would have cost, and routing with the rest', () => {
    const requests = [sent(), sent({ source: 'cache' }), sent({ source: 'coalesced' })];
    expect(account(requests, 2)).toMatchObject({
      spendUsd: 2,
      baselineUsd: 30,
      savedUsd: 28,
      byRoutingUsd: 24,
      byCacheUsd: 4,
    });
  });

  it('keeps apart what was not spent on requests that got no answer', () => {
    const requests = [sent(), sent({ outcome: 'timeout', model: undefined, usage: undefined })];
    expect(account(requests, 3)).toMatchObject({ spendUsd: 3, baselineUsd: 20, byRoutingUsd: 8, unansweredUsd: 9 });
  });

  it('counts abandoned answers as spent', () => {
    expect(account([sent()], 5)).toMatchObject({ spendUsd: 5, savedUsd: 5, unansweredUsd: -3 });
  });

  it('has cancelled requests on neither side', () => {
    const cancelled = sent({ outcome: 'cancelled', model: undefined, usage: undefined });
    expect(account([sent(), cancelled], 2)).toMatchObject({ baselineUsd: 10, qualityRetained: 0.5 });
  });

  it('shows a loss as a loss', () => {
    expect(account([sent({ baselineTokens: 1 })], 2)).toMatchObject({ savedUsd: -1, byRoutingUsd: -1 });
  });

  it('prices the baseline by the answer given if its tokens are unknown', () => {
    expect(account([sent()], 2, { baselineAnswer: () => undefined }).baselineUsd).toBe(20);
  });

  it('counts answers without a known price instead of guessing', () => {
    expect(account([sent({ model: 'unknown' }), sent({ usage: undefined })], 0).unpriced).toBe(2);
  });

  it('adds up: spend and saving are the baseline, and the parts are the saving', () => {
    const anySent = fc.record({
      outcome: fc.constantFrom('answered' as const, 'failed' as const, 'timeout' as const, 'cancelled' as const),
      source: fc.constantFrom('model' as const, 'cache' as const, 'coalesced' as const),
      model: fc.constantFrom('cheap', 'strong'),
      baselineTokens: fc.integer({ min: 0, max: 5_000 }),
      usage: fc.record({ inputTokens: fc.nat(5_000), outputTokens: fc.nat(5_000) }),
    });
    fc.assert(
      fc.property(fc.array(anySent, { maxLength: 60 }), fc.nat(10_000), (requests, spendUsd) => {
        const all = requests.map((request) => sent(request));
        const { baselineUsd, savedUsd, byRoutingUsd, byCacheUsd, unansweredUsd, ...rest } = account(all, spendUsd);
        const expected = all
          .filter(({ outcome }) => outcome !== 'cancelled')
          .reduce((sum, { request }) => sum + (request.baseline?.outputTokens ?? 0), 0);
        expect(rest.spendUsd).toBeCloseTo(spendUsd, 6);
        expect(baselineUsd).toBeCloseTo(expected, 6);
        expect(rest.spendUsd + savedUsd).toBeCloseTo(baselineUsd, 6);
        expect(byRoutingUsd + byCacheUsd + unansweredUsd).toBeCloseTo(savedUsd, 6);
      }),
    );
  });
});

describe('quality retained', () => {
  it('is the quality of the answers given as a share of that of the baseline', () => {
    const requests = [sent(), sent({ model: 'strong' })];
    expect(account(requests, 0).qualityRetained).toBe(0.75);
  });

  it('counts a request without answer as worth nothing', () => {
    expect(account([sent({ model: 'strong' }), sent({ outcome: 'failed' })], 0).qualityRetained).toBe(0.5);
  });

  it('may be above 1', () => {
    expect(account([sent({ model: 'strong', quality: 0.5 })], 0).qualityRetained).toBe(2);
  });

  it('is not known when answers are not graded, or the baseline never was right', () => {
    expect(account([sent()], 0, { qualityOf: () => null }).qualityRetained).toBeNull();
    expect(account([sent({ quality: 0 })], 0).qualityRetained).toBeNull();
    expect(account([], 0).qualityRetained).toBeNull();
  });
});
