import { describe, expect, it } from 'vitest';
import { DOWN, fail, refusal, succeed, tested } from './__fixtures__/tested-circuit.ts';
import { CircuitOpenError } from './circuit-open-error.ts';
import type { CircuitTransition } from './circuit-state.ts';

describe('a circuit', () => {
  it('B1 tells when to come back, what had failed, and how often', async () => {
    const { clock, breaker } = tested();
    fail(breaker);
    await clock.advance(400);
    expect(refusal(breaker)).toMatchObject({
      message: 'answer: the circuit is open after 1 failure; try again in 600 ms',
      code: 'ERR_TTA_CIRCUIT_OPEN',
      operation: 'answer',
      retryAfterMs: 600,
      failureCount: 1,
      retryable: false,
      cause: DOWN,
    });
  });

  it.each([
    ['in a row', { failureThreshold: 3 }],
    ['in the window', { failureThreshold: Infinity, failureRate: 0.5, minCalls: 4 }],
  ])('B1 tells how many failures %s have opened it', (_where, options) => {
    const { breaker } = tested(options);
    for (const call of [fail, succeed, fail, fail, fail]) if (breaker.state === 'closed') call(breaker);
    expect(refusal(breaker)).toMatchObject({ failureCount: 3, message: expect.stringContaining('after 3 failures') });
  });

  it('begins a new window when it closes', async () => {
    const { clock, breaker } = tested({ failureThreshold: Infinity, failureRate: 0.5, minCalls: 4 });
    for (let call = 0; call < 4; call += 1) fail(breaker);
    await clock.advance(1_000);
    succeed(breaker);
    succeed(breaker);
    for (let call = 0; call < 3; call += 1) fail(breaker);
    expect(breaker.state).toBe('closed');
    fail(breaker);
    expect(breaker.state).toBe('open');
  });

  it('opens at a rate of failures once there are enough calls', () => {
    const { breaker } = tested({ failureThreshold: Infinity, failureRate: 0.5, minCalls: 4, window: { calls: 4 } });
    for (const call of [fail, succeed, fail]) call(breaker);
    expect(breaker.state).toBe('closed');
    succeed(breaker);
    expect(breaker.state).toBe('open');
  });

  it('opens at a rate of failures within a time', async () => {
    const options = { failureThreshold: Infinity, failureRate: 1, minCalls: 2, window: { spanMs: 1_000 } };
    const { clock, breaker } = tested(options);
    fail(breaker);
    await clock.advance(2_000);
    fail(breaker);
    expect(breaker.state).toBe('closed');
    fail(breaker);
    expect(breaker.state).toBe('open');
  });

  it('shows that it is half-open as soon as a probe may be made', async () => {
    const { clock, breaker } = tested();
    fail(breaker);
    await clock.advance(999);
    expect(breaker.state).toBe('open');
    await clock.advance(1);
    expect(breaker.state).toBe('half_open');
  });

  it('does not count the probes that succeeded before it opened again', async () => {
    const { clock, breaker } = tested({ successThreshold: 2 });
    fail(breaker);
    await clock.advance(1_000);
    succeed(breaker);
    fail(breaker);
    await clock.advance(1_000);
    succeed(breaker);
    expect(breaker.state).toBe('half_open');
    succeed(breaker);
    expect(breaker.state).toBe('closed');
  });

  it('opens where half of the calls were slow, unless another rate is given', async () => {
    const { clock, breaker } = tested({ failureThreshold: Infinity, slowCallMs: 100, minCalls: 2 });
    succeed(breaker);
    const permit = breaker.acquire('answer');
    await clock.advance(100);
    breaker.settle(permit, { kind: 'success' });
    expect(breaker.state).toBe('open');
  });

  it('refuses a window of half a call', () => {
    expect(() => tested({ window: { calls: 1.5 } })).toThrow('window.calls');
  });

  it('expects no more calls than its window holds', () => {
    const { breaker } = tested({ failureThreshold: Infinity, failureRate: 0.5, window: { calls: 2 } });
    fail(breaker);
    fail(breaker);
    expect(breaker.state).toBe('open');
  });

  it('takes an error that is no failure for an answer', async () => {
    const { clock, breaker } = tested({ failureThreshold: 2, successThreshold: 1 });
    fail(breaker);
    breaker.settle(breaker.acquire('answer'), { kind: 'ignored' });
    fail(breaker);
    expect(breaker.state).toBe('closed');
    fail(breaker);
    await clock.advance(1_000);
    breaker.settle(breaker.acquire('answer'), { kind: 'ignored' });
    expect(breaker.state).toBe('closed');
  });

  it('B8 opens again when a probe is slow', async () => {
    const { clock, breaker } = tested({ slowCallMs: 50, successThreshold: 1 });
    fail(breaker);
    await clock.advance(1_000);
    const probe = breaker.acquire('answer');
    await clock.advance(50);
    breaker.settle(probe, { kind: 'success' });
    expect(breaker.state).toBe('open');
  });

  it('B8 measures a stream until it is handed over', async () => {
    const { clock, breaker } = tested({ slowCallMs: 50, minCalls: 1 });
    const call = breaker.acquire('answer');
    await clock.advance(49);
    breaker.answered(call);
    await clock.advance(9_000);
    breaker.settle(call, { kind: 'success' });
    expect(breaker.state).toBe('closed');
  });

  it('B2 gives the permit of a probe that never came back to another, after the recovery time', async () => {
    const { clock, breaker } = tested();
    fail(breaker);
    await clock.advance(1_000);
    const lost = breaker.acquire('answer');
    await clock.advance(999);
    expect(refusal(breaker)).toMatchObject({ retryAfterMs: 0 });
    await clock.advance(1);
    breaker.acquire('answer');
    expect(breaker.settle(lost, { kind: 'failure', error: DOWN })).toBe('stale');
    expect(breaker.state).toBe('half_open');
  });

  it('B7 takes a result that is told twice for one', async () => {
    const { clock, breaker } = tested();
    fail(breaker);
    await clock.advance(1_000);
    const probe = breaker.acquire('answer');
    expect(breaker.settle(probe, { kind: 'cancelled' })).toBe('counted');
    expect(breaker.settle(probe, { kind: 'cancelled' })).toBe('stale');
    breaker.acquire('answer');
    expect(() => breaker.acquire('answer')).toThrow(CircuitOpenError);
  });

  it('stays open for longer with every opening in a row', async () => {
    const { clock, breaker } = tested({ recoveryMs: (openings) => openings * 1_000 });
    fail(breaker);
    await clock.advance(1_000);
    fail(breaker);
    expect(refusal(breaker).retryAfterMs).toBe(2_000);
  });

  it.each([Number.NaN, 0, -1, Infinity, 'soon', undefined])('opens for a minute when recoveryMs gives %s', (wait) => {
    const mistakes: unknown[] = [];
    const { breaker } = tested({
      recoveryMs: () => wait as number,
      onHookError: (mistake) => void mistakes.push(mistake),
    });
    fail(breaker);
    expect(refusal(breaker).retryAfterMs).toBe(60_000);
    expect(mistakes).toHaveLength(1);
  });

  it('works on although every hook throws', async () => {
    const broken = (): never => {
      throw new Error('broken');
    };
    const { clock, breaker } = tested({
      onStateChange: broken,
      onHookError: broken,
      recoveryMs: broken,
      store: { load: broken, save: broken, onError: broken },
    });
    fail(breaker);
    expect(breaker.state).toBe('open');
    await clock.advance(60_000);
    succeed(breaker);
    succeed(breaker);
    expect(breaker.state).toBe('closed');
  });

  it('tells onHookError what an async hook rejects with', async () => {
    const mistakes: unknown[] = [];
    const { clock, breaker } = tested({
      onStateChange: () => Promise.reject(DOWN) as unknown as undefined,
      recoveryMs: () => Promise.reject(DOWN) as unknown as number,
      onHookError: (mistake) => {
        mistakes.push(mistake);
        return Promise.reject(mistake) as unknown as undefined; // an unhandled rejection would fail the run of the tests
      },
      store: { load: () => undefined, save: () => Promise.reject(DOWN), onError: () => Promise.reject(DOWN) as never },
    });
    fail(breaker);
    await clock.advance(0);
    expect(mistakes).toMatchObject([{ name: 'TypeError', message: expect.stringContaining('a promise') }, DOWN]);
  });

  it('lets onStateChange close it again when it becomes half-open', async () => {
    const { clock, breaker } = tested({
      onStateChange({ to }) {
        if (to === 'half_open') breaker.reset();
      },
    });
    fail(breaker);
    await clock.advance(1_000);
    succeed(breaker);
    expect(breaker.state).toBe('closed');
  });

  it('reports every change and how long each state lasted', async () => {
    const transitions: CircuitTransition[] = [];
    const { clock, breaker } = tested({ onStateChange: (change) => void transitions.push(change) });
    await clock.advance(300);
    fail(breaker);
    await clock.advance(1_500);
    succeed(breaker);
    succeed(breaker);
    breaker.isolate();
    breaker.reset();
    expect(transitions).toEqual([
      { from: 'closed', to: 'open', lastedMs: 300 },
      { from: 'open', to: 'half_open', lastedMs: 1_500 },
      { from: 'half_open', to: 'closed', lastedMs: 0 },
      { from: 'closed', to: 'isolated', lastedMs: 0 },
      { from: 'isolated', to: 'closed', lastedMs: 0 },
    ]);
  });

  it('stays isolated until it is reset', async () => {
    const { clock, breaker } = tested();
    breaker.isolate();
    await clock.advance(1_000_000);
    expect(refusal(breaker)).toMatchObject({
      message: 'answer: the circuit is isolated until it is reset',
      retryAfterMs: Infinity,
    });
    breaker.reset();
    expect(breaker.state).toBe('closed');
  });

  it('reports no change when it is reset while closed, and forgets what it had counted', () => {
    const transitions: CircuitTransition[] = [];
    const { breaker } = tested({ failureThreshold: 2, onStateChange: (change) => void transitions.push(change) });
    fail(breaker);
    breaker.reset();
    fail(breaker);
    expect({ state: breaker.state, transitions }).toEqual({ state: 'closed', transitions: [] });
  });

  it('forgets the error that opened it when it closes', async () => {
    const { clock, breaker } = tested({ successThreshold: 1 });
    fail(breaker);
    await clock.advance(1_000);
    succeed(breaker);
    breaker.isolate();
    expect(refusal(breaker).cause).toBeUndefined();
  });
});
