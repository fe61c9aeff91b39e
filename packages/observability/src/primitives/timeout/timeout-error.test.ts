import { describe, expect, it, vi } from 'vitest';
import type { TimeoutPhase } from './facts.ts';
import { isTimeoutError, TimeoutError } from './timeout-error.ts';

const LATE = { operation: 'answer', timeoutMs: 50, graceMs: 25, elapsedMs: 76.4, lagMs: 1.4 };

describe('TimeoutError', () => {
  it.each<[TimeoutPhase, RegExp]>([
    ['soft', /^answer: no answer within 50 ms \(waited 76 ms, 25 ms of grace\)$/],
    ['hard', /^answer: no answer within 50 ms, nor in the grace after it/],
    ['first_chunk', /^answer: no first chunk within 50 ms/],
    ['idle', /^answer: no further chunk within 50 ms after 3 of them/],
    ['total', /^answer: the stream did not end within 50 ms, after 3 chunks/],
  ])('C32 says what happened in phase %s', (phase, message) => {
    const error = new TimeoutError({ ...LATE, phase, chunks: 3 });
    expect(error.message).toMatch(message);
    expect(error.stack).toMatch(/^TimeoutError: answer: /);
  });

  it('C32 is known to another copy of the package', async () => {
    vi.resetModules();
    const copy = await import('./timeout-error.ts');
    expect(copy.TimeoutError).not.toBe(TimeoutError);
    expect(copy.isTimeoutError(new TimeoutError({ ...LATE, phase: 'soft' }))).toBe(true);
  });

  it.each([undefined, null, 'TimeoutError', new Error('x'), new DOMException('x', 'TimeoutError')])(
    'is not %s',
    (value) => {
      expect(isTimeoutError(value)).toBe(false);
    },
  );
});
