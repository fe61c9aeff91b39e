import { describe, expect, it } from 'vitest';
import { TimeoutPrimitive } from './timeout-primitive.ts';

const answer = (): string => 'v';

type Refused = [name: string, kind: typeof TypeError | typeof RangeError, options: object];

const refused: Refused[] = [
  ['timeoutMs', TypeError, {}],
  ['timeoutMs', TypeError, { timeoutMs: null }],
  ['timeoutMs', TypeError, { timeoutMs: true }],
  ['timeoutMs', TypeError, { timeoutMs: '100' }],
  ['timeoutMs', TypeError, { timeoutMs: 100n }],
  ['timeoutMs', TypeError, { timeoutMs: {} }],
  ['timeoutMs', RangeError, { timeoutMs: 0 }],
  ['timeoutMs', RangeError, { timeoutMs: -0 }],
  ['timeoutMs', RangeError, { timeoutMs: -5 }],
  ['timeoutMs', RangeError, { timeoutMs: Number.NaN }],
  ['timeoutMs', RangeError, { timeoutMs: -Infinity }],
  ['graceMs', TypeError, { timeoutMs: 1, graceMs: '5' }],
  ['graceMs', TypeError, { timeoutMs: 1, graceMs: null }],
  ['graceMs', RangeError, { timeoutMs: 1, graceMs: -1 }],
  ['graceMs', RangeError, { timeoutMs: 1, graceMs: Number.NaN }],
  ['graceMs', RangeError, { timeoutMs: 1, graceMs: Infinity }],
  ['softAction', TypeError, { timeoutMs: 1, softAction: 1 }],
  ['softAction', TypeError, { timeoutMs: 1, softAction: null }],
  ['softAction', RangeError, { timeoutMs: 1, softAction: 'Abort' }],
  ['stream', TypeError, { timeoutMs: 1, stream: 5 }],
  ['stream', TypeError, { timeoutMs: 1, stream: null }],
  ['stream', RangeError, { timeoutMs: 1, stream: {} }],
  ['stream', RangeError, { timeoutMs: 1, stream: { isProgress: () => true } }],
  ['stream.firstChunkMs', TypeError, { timeoutMs: 1, stream: { firstChunkMs: '5' } }],
  ['stream.firstChunkMs', RangeError, { timeoutMs: 1, stream: { firstChunkMs: 0 } }],
  ['stream.idleMs', TypeError, { timeoutMs: 1, stream: { idleMs: false } }],
  ['stream.idleMs', RangeError, { timeoutMs: 1, stream: { idleMs: Number.NaN } }],
  ['stream.totalMs', TypeError, { timeoutMs: 1, stream: { totalMs: {} } }],
  ['stream.totalMs', RangeError, { timeoutMs: 1, stream: { totalMs: -1 } }],
  ['stream.isProgress', TypeError, { timeoutMs: 1, stream: { idleMs: 1, isProgress: true } }],
  ['fallbackTimeoutMs', TypeError, { timeoutMs: 1, fallbackTimeoutMs: '1' }],
  ['fallbackTimeoutMs', RangeError, { timeoutMs: 1, fallbackTimeoutMs: 0 }],
  ['fallback', TypeError, { timeoutMs: 1, fallback: 'cached' }],
  ['operation', TypeError, { timeoutMs: 1, operation: 5 }],
  ['operation', RangeError, { timeoutMs: 1, operation: '' }],
  ['trackTimeouts', TypeError, { timeoutMs: 1, trackTimeouts: 'yes' }],
  ['unref', TypeError, { timeoutMs: 1, unref: 'true' }],
];

describe('options', () => {
  it.each(refused)('C16 C17 C18 refuses a bad %s with a %o', (name, kind, options) => {
    let error: unknown;
    try {
      new TimeoutPrimitive(answer, options as { timeoutMs: number });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(`TimeoutPrimitive: ${name} must be `);
  });

  it.each([
    ['timeout', { timeout: 5_000 }],
    ['timeout', { timeoutMs: 1, timeout: 5_000 }],
    ['grace', { timeoutMs: 1, grace: 5 }],
    ['grace_period_seconds', { timeoutMs: 1, grace_period_seconds: 5 }],
    ['idleMs', { timeoutMs: 1, idleMs: 5 }],
    ['stream.chunkMs', { timeoutMs: 1, stream: { idleMs: 1, chunkMs: 5 } }],
    ['stream.meaningful', { timeoutMs: 1, stream: { idleMs: 1, meaningful: () => true } }],
  ])('refuses %s, which is not an option', (name, options) => {
    const make = (): unknown => new TimeoutPrimitive(answer, options as { timeoutMs: number });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(new RegExp(`^TimeoutPrimitive: ${name} is not an option; the options are \\w+`));
  });

  it('refuses to be made without options, or without a step', () => {
    expect(() => new TimeoutPrimitive(answer, undefined as never)).toThrow(TypeError);
    expect(() => new TimeoutPrimitive(undefined as never, { timeoutMs: 1 })).toThrow(TypeError);
  });

  it('takes the defaults of the original', async () => {
    const timeout = new TimeoutPrimitive(answer, { timeoutMs: 1, graceMs: undefined, operation: undefined });
    expect(timeout.getStats()).toMatchObject({ operation: 'answer', graceMs: 5_000, timeoutMs: 1 });
  });
});
