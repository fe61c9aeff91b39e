import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountWindow, TimeWindow } from './call-window.ts';

const OK = { isFailure: false, isSlow: false };
const FAILED = { isFailure: true, isSlow: false };

describe('a window over the newest calls', () => {
  it('counts what the newest calls were, whatever came before', () => {
    const call = fc.record({ isFailure: fc.boolean(), isSlow: fc.boolean() });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (calls, size) => {
        const window = new CountWindow(size);
        for (const made of calls) window.record(made);
        const newest = calls.slice(-size);
        expect(window.counts()).toEqual({
          calls: newest.length,
          failures: newest.filter(({ isFailure }) => isFailure).length,
          slow: newest.filter(({ isSlow }) => isSlow).length,
        });
      }),
    );
  });

  it('forgets everything when it is cleared', () => {
    const window = new CountWindow(3);
    window.record(FAILED);
    window.clear();
    expect(window.counts()).toEqual({ calls: 0, failures: 0, slow: 0 });
  });
});

describe('a window over time', () => {
  it('forgets calls a tenth of its span at a time', () => {
    const window = new TimeWindow(1_000);
    window.record(FAILED, 0);
    window.record({ isFailure: false, isSlow: true }, 500);
    expect(window.counts(999)).toEqual({ calls: 2, failures: 1, slow: 1 });
    expect(window.counts(1_000)).toEqual({ calls: 1, failures: 0, slow: 1 });
    expect(window.counts(1_500)).toEqual({ calls: 0, failures: 0, slow: 0 });
  });

  it('forgets everything when it is cleared', () => {
    const window = new TimeWindow(1_000);
    window.record(OK, 0);
    window.clear();
    expect(window.counts(0).calls).toBe(0);
  });
});
