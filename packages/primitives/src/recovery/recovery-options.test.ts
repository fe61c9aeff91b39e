import { describe, expect, it } from 'vitest';
import {
  BulkheadPrimitive,
  CircuitBreakerPrimitive,
  CompensationPrimitive,
  compensable,
  constantBackoff,
  decorrelatedBackoff,
  exponentialBackoff,
  FallbackPrimitive,
  parallel,
  RetryBudget,
  RetryPrimitive,
} from '../index.ts';
import { CircuitBreaker } from './circuit-breaker/circuit-breaker.ts';

const work = (): string => 'v';

/** Makes things from options that the types would refuse. */
type Options = Readonly<Record<string, unknown>>;
const MAKERS: Readonly<Record<string, (options: Options) => unknown>> = {
  RetryPrimitive: (options) => new RetryPrimitive(work, options),
  RetryBudget: (options) => new RetryBudget(options),
  exponentialBackoff: (options) => exponentialBackoff(options),
  decorrelatedBackoff: (options) => decorrelatedBackoff(options),
  constantBackoff: ({ delayMs }) => constantBackoff(delayMs as number),
  FallbackPrimitive: (options) => new FallbackPrimitive(work, work, options),
  CircuitBreaker: (options) => new CircuitBreaker(options),
  CircuitBreakerPrimitive: (options) => new CircuitBreakerPrimitive(work, options),
  CompensationPrimitive: (options) => new CompensationPrimitive([{ do: work }], options),
  BulkheadPrimitive: (options) => new BulkheadPrimitive(work, { maxConcurrent: 1, ...options }),
  parallel: (options) => parallel([work], options),
};

describe('options of recovery', () => {
  it.each([
    ['RetryPrimitive', 'maxAttempts', 0, RangeError],
    ['RetryPrimitive', 'maxAttempts', 2.5, RangeError],
    ['RetryPrimitive', 'maxAttempts', '3', TypeError],
    ['RetryPrimitive', 'maxAttempts', null, TypeError],
    ['RetryPrimitive', 'maxDelayMs', -1, RangeError],
    ['RetryPrimitive', 'maxDelayMs', Number.NaN, RangeError],
    ['RetryPrimitive', 'maxElapsedMs', 0, RangeError],
    ['RetryPrimitive', 'maxElapsedMs', '30s', TypeError],
    ['RetryPrimitive', 'backoff', 100, TypeError],
    ['RetryPrimitive', 'retryIf', true, TypeError],
    ['RetryPrimitive', 'respectRetryAfter', 'no', TypeError],
    ['RetryPrimitive', 'aggregate', 1, TypeError],
    ['RetryPrimitive', 'budget', 0.2, TypeError],
    ['RetryPrimitive', 'budget', {}, TypeError],
    ['RetryPrimitive', 'random', 0.5, TypeError],
    ['RetryPrimitive', 'operation', 7, TypeError],
    ['RetryBudget', 'ratio', 20, RangeError],
    ['RetryBudget', 'ratio', '20%', TypeError],
    ['RetryBudget', 'reserve', 0, RangeError],
    ['exponentialBackoff', 'initialMs', 0, RangeError],
    ['exponentialBackoff', 'initialMs', Infinity, RangeError],
    ['exponentialBackoff', 'factor', 0.5, RangeError],
    ['exponentialBackoff', 'jitter', 'some', RangeError],
    ['exponentialBackoff', 'jitter', true, TypeError],
    ['decorrelatedBackoff', 'initialMs', -1, RangeError],
    ['constantBackoff', 'delayMs', Number.NaN, RangeError],
    ['constantBackoff', 'delayMs', undefined, TypeError],
    ['FallbackPrimitive', 'when', 'always', TypeError],
    ['FallbackPrimitive', 'operation', null, TypeError],
    ['CircuitBreaker', 'failureThreshold', 0, RangeError],
    ['CircuitBreaker', 'failureThreshold', Number.NaN, RangeError],
    ['CircuitBreaker', 'failureRate', 50, RangeError],
    ['CircuitBreaker', 'failureRate', 0, RangeError],
    ['CircuitBreaker', 'slowCallMs', 0, RangeError],
    ['CircuitBreaker', 'slowCallRate', 1.1, RangeError],
    ['CircuitBreaker', 'minCalls', 0, RangeError],
    ['CircuitBreaker', 'minCalls', 101, RangeError],
    ['CircuitBreaker', 'recoveryMs', -1, RangeError],
    ['CircuitBreaker', 'recoveryMs', Infinity, RangeError],
    ['CircuitBreaker', 'recoveryMs', '60s', TypeError],
    ['CircuitBreaker', 'successThreshold', 0, RangeError],
    ['CircuitBreaker', 'halfOpenPermits', 0, RangeError],
    ['CircuitBreaker', 'halfOpenPermits', Infinity, RangeError],
    ['CircuitBreaker', 'window', 100, TypeError],
    ['CircuitBreaker', 'window', null, TypeError],
    ['CircuitBreaker', 'window', { calls: 0 }, RangeError],
    ['CircuitBreaker', 'window', { calls: 1e12 }, RangeError],
    ['CircuitBreaker', 'window', { seconds: 10 }, TypeError],
    ['CircuitBreaker', 'onStateChange', 'log', TypeError],
    ['CircuitBreaker', 'onHookError', 'log', TypeError],
    ['CircuitBreaker', 'store', {}, TypeError],
    ['CircuitBreakerPrimitive', 'breaker', {}, TypeError],
    ['CircuitBreakerPrimitive', 'isFailure', 500, TypeError],
    ['CircuitBreakerPrimitive', 'operation', 7, TypeError],
    ['CompensationPrimitive', 'undoTimeoutMs', 0, RangeError],
    ['CompensationPrimitive', 'operation', {}, TypeError],
    ['BulkheadPrimitive', 'maxConcurrent', 0, RangeError],
    ['BulkheadPrimitive', 'maxConcurrent', Infinity, RangeError],
    ['BulkheadPrimitive', 'maxConcurrent', undefined, TypeError],
    ['BulkheadPrimitive', 'maxQueued', -1, RangeError],
    ['BulkheadPrimitive', 'operation', true, TypeError],
  ])('of %s refuse %s: %j', (owner, option, value, ErrorType) => {
    const make = (): unknown => MAKERS[owner]?.({ [option]: value });
    expect(make).toThrow(ErrorType);
    expect(make).toThrow(new RegExp(`^${owner}: ${option}.* must be .*, but it is `));
  });

  it.each([
    ['RetryPrimitive', 'retries'],
    ['RetryPrimitive', 'maxRetries'],
    ['RetryPrimitive', 'delayMs'],
    ['RetryPrimitive', 'shouldRetry'],
    ['RetryBudget', 'percent'],
    ['exponentialBackoff', 'initial'],
    ['exponentialBackoff', 'maxDelayMs'],
    ['decorrelatedBackoff', 'jitter'],
    ['FallbackPrimitive', 'fallbackIf'],
    ['CircuitBreaker', 'threshold'],
    ['CircuitBreaker', 'resetTimeout'],
    ['CircuitBreaker', 'isFailure'],
    ['CircuitBreakerPrimitive', 'recovery'],
    ['CircuitBreakerPrimitive', 'halfOpenAfter'],
    ['CompensationPrimitive', 'undoTimeout'],
    ['BulkheadPrimitive', 'maxQueue'],
    ['BulkheadPrimitive', 'queueSize'],
    ['parallel', 'maxConcurrent'],
    ['parallel', 'grace'],
  ])('of %s are refused when one of them is none: %s', (owner, option) => {
    const make = (): unknown => MAKERS[owner]?.({ [option]: undefined });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(new RegExp(`^${owner}: ${option} is not an option; the options are \\w+`));
  });

  it.each([
    ['RetryPrimitive', () => new RetryPrimitive(work, null as never)],
    ['RetryBudget', () => new RetryBudget(5 as never)],
    ['exponentialBackoff', () => exponentialBackoff(100 as never)],
    ['decorrelatedBackoff', () => decorrelatedBackoff('full' as never)],
    ['FallbackPrimitive', () => new FallbackPrimitive(work, work, work as never)],
    ['CircuitBreaker', () => new CircuitBreaker(3 as never)],
    ['CircuitBreakerPrimitive', () => new CircuitBreakerPrimitive(work, null as never)],
    ['CompensationPrimitive', () => new CompensationPrimitive([{ do: work }], null as never)],
    ['BulkheadPrimitive', () => new BulkheadPrimitive(work, undefined as never)],
    ['parallel', () => parallel([work], work as never)],
  ])('of %s must be an object', (owner, make) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(`${owner}: options must be an object, but it is `);
  });

  it('refuse settings of a circuit beside a circuit that is shared and has its own', () => {
    const make = (): unknown =>
      new CircuitBreakerPrimitive(work, { breaker: new CircuitBreaker(), failureThreshold: 3 });
    expect(make).toThrow('CircuitBreakerPrimitive with a breaker: failureThreshold is not an option');
  });

  it.each([
    ['window.spanMs', { calls: 10, spanMs: 1_000 }],
    ['window.minCalls', { spanMs: 1_000, minCalls: 5 }],
  ])('of a window are one of the two and nothing else, so %s is refused', (option, window) => {
    expect(() => new CircuitBreaker({ window })).toThrow(`CircuitBreaker: ${option} is not an option`);
  });

  it('refuse a step of a saga whose undo has another name, because it would never be called', () => {
    const make = (): unknown => new CompensationPrimitive([{ do: work, rollback: work } as never]);
    expect(make).toThrow('CompensationPrimitive: step.rollback is not an option; the options are do, undo');
  });

  it.each([
    ['a fallback without alternatives', () => new FallbackPrimitive(work, [])],
    ['a saga without steps', () => new CompensationPrimitive([] as never)],
    ['a saga of something else', () => new CompensationPrimitive(work as never)],
    ['a saga with a hole', () => new CompensationPrimitive([undefined] as never)],
    ['an undo that is no function', () => new CompensationPrimitive([{ do: work, undo: 'undo' }] as never)],
    ['a compensation that is no function', () => compensable(work, 'undo' as never)],
    ['a step that is none', () => new RetryPrimitive('work' as never)],
  ])('refuse %s', (_what, make) => {
    expect(make).toThrow(TypeError);
  });
});
