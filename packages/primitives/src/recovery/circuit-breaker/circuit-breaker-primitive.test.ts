import { describe, expect, it } from 'vitest';
import { WorkflowContext } from '../../context.ts';
import { manualClock, recordingObserver } from '../../testing/index.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { CircuitBreakerPrimitive } from './circuit-breaker-primitive.ts';

const DOWN = new Error('down');

async function call(work: () => unknown): Promise<unknown> {
  return work();
}

function down(): never {
  throw DOWN;
}

async function readAll(stream: unknown): Promise<void> {
  for await (const _chunk of stream as AsyncIterable<unknown>);
}

describe('a circuit breaker', () => {
  it('states the operation, the outcome, the state it leaves and the change it makes', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const breaker = new CircuitBreakerPrimitive(call, { failureThreshold: 1, operation: 'provider', clock });
    await expect(breaker.execute(down)).rejects.toBe(DOWN);
    await expect(breaker.execute(down)).rejects.toMatchObject({ code: 'ERR_TTA_CIRCUIT_OPEN' });
    const stated = recording.executions.filter(({ kind }) => kind === 'circuit_breaker').map(({ facts }) => facts);
    expect(stated).toEqual([
      [
        { name: 'circuit.operation', value: 'provider' },
        { name: 'circuit.transition', value: { from: 'closed', to: 'open', lastedMs: 0 } },
        { name: 'circuit.state', value: 'open' },
        { name: 'circuit.outcome', value: 'failure' },
      ],
      [
        { name: 'circuit.operation', value: 'provider' },
        { name: 'circuit.state', value: 'open' },
        { name: 'circuit.outcome', value: 'rejected' },
      ],
    ]);
    expect(String(breaker)).toBe('CircuitBreakerPrimitive(provider: open, 0 ok, 1 failed, 1 rejected)');
  });

  it('states with the next execution who has isolated and reset the circuit meanwhile, and for how long', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const breaker = new CircuitBreakerPrimitive(call, { clock });
    breaker.breaker.isolate();
    await clock.advance(2_000);
    await expect(breaker.execute(() => 'v')).rejects.toMatchObject({ code: 'ERR_TTA_CIRCUIT_OPEN' });
    breaker.breaker.reset();
    await breaker.execute(() => 'v');
    expect(recording.factsOf('circuit.transition')).toEqual([
      { from: 'closed', to: 'isolated', lastedMs: 0 },
      { from: 'isolated', to: 'closed', lastedMs: 2_000 },
    ]);
    expect(recording.factsOf('circuit.state')).toEqual(['isolated', 'closed']);
  });

  it('keeps the newest 100 changes for a next execution that may never come', async () => {
    using recording = recordingObserver();
    const breaker = new CircuitBreakerPrimitive(call);
    for (let time = 0; time < 200; time += 1) {
      breaker.breaker.isolate();
      breaker.breaker.reset();
    }
    await breaker.execute(() => 'v');
    expect(recording.factsOf('circuit.transition')).toHaveLength(100);
  });

  it('counts a failed stream as a failure, and one that its reader leaves as a cancellation', async () => {
    const breaker = new CircuitBreakerPrimitive(call, { failureThreshold: 9 });
    async function* broken(): AsyncGenerator<string> {
      yield 'first';
      throw DOWN;
    }
    await expect(breaker.execute(broken).then(readAll)).rejects.toBe(DOWN);
    for await (const _chunk of (await breaker.execute(broken)) as AsyncIterable<unknown>) break;
    await breaker
      .execute(async function* () {
        yield 'whole';
      })
      .then(readAll);
    expect(breaker.getStats()).toMatchObject({ successes: 1, failures: 1, cancelled: 1 });
  });

  it('B8 does not take a long stream for a slow call', async () => {
    const clock = manualClock();
    const breaker = new CircuitBreakerPrimitive(call, { slowCallMs: 50, minCalls: 1, clock });
    const stream = await breaker.execute(async function* () {
      yield 'first';
    });
    await clock.advance(1_000);
    await readAll(stream);
    expect(breaker.getStats()).toMatchObject({ successes: 1, state: 'closed' });
  });

  it('takes a wrong request for an answer, and everything else for a failure', async () => {
    const breaker = new CircuitBreakerPrimitive(call, { failureThreshold: 99 });
    for (const status of [400, 401, 404, 408, 409, 429, 500]) {
      await breaker.execute(() => Promise.reject({ status })).catch(() => {});
    }
    await breaker.execute(() => Promise.reject('down')).catch(() => {});
    expect(breaker.getStats()).toMatchObject({ ignored: 3, failures: 5 });
  });

  it('B7 gets its permit back when isFailure throws, and counts a failure', async () => {
    const clock = manualClock();
    const mistake = new Error('a mistake in isFailure');
    const isFailure = (): never => {
      throw mistake;
    };
    const breaker = new CircuitBreakerPrimitive(call, { failureThreshold: 1, recoveryMs: 100, isFailure, clock });
    await expect(breaker.execute(down)).rejects.toBe(mistake);
    for (let probe = 0; probe < 3; probe += 1) {
      await clock.advance(100);
      await expect(breaker.execute(down)).rejects.toBe(mistake);
    }
    expect(breaker.getStats()).toMatchObject({ failures: 4, rejected: 0 });
  });

  it('refuses a promise of isFailure, which would count as true, and hears its rejection', async () => {
    const isFailure = (): never => Promise.reject(DOWN) as never;
    const breaker = new CircuitBreakerPrimitive(call, { isFailure });
    await expect(breaker.execute(down)).rejects.toThrow(
      new TypeError('CircuitBreakerPrimitive: what isFailure returns must be true or false, but it is a promise'),
    );
    expect(breaker.getStats().failures).toBe(1);
  });

  it('B5 answers a caller who leaves at once, and never counts it', async () => {
    using recording = recordingObserver();
    const breaker = new CircuitBreakerPrimitive(call, { failureThreshold: 1 });
    const controller = new AbortController();
    const context = new WorkflowContext({ signal: controller.signal });
    const reason = new Error('left');
    const answer = breaker.execute(() => new Promise(() => {}), context);
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await expect(breaker.execute(down, context)).rejects.toBe(reason);
    expect(breaker.getStats()).toMatchObject({ state: 'closed', cancelled: 2, failures: 0 });
    expect(recording.factsOf('circuit.outcome')).toEqual(['cancelled', 'cancelled']);
  });

  it('shares a circuit with others', async () => {
    const breaker = new CircuitBreaker({ failureThreshold: 1 });
    await new CircuitBreakerPrimitive(down, { breaker }).execute(undefined).catch(() => {});
    const other = new CircuitBreakerPrimitive(call, { breaker, operation: 'other' });
    await expect(other.execute(() => 'v')).rejects.toThrow(/^other: the circuit is open/);
  });
});
