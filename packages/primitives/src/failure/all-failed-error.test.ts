import { RateLimitError as AnthropicRateLimitError } from '@anthropic-ai/sdk';
import { InternalServerError, RateLimitError } from 'openai';
import { describe, expect, it } from 'vitest';
import { FallbackPrimitive } from '../recovery/fallback-primitive.ts';
import { AllFailedError, allFailed } from './all-failed-error.ts';
import { failureOf } from './failure-of.ts';

const after = (seconds: number): Headers => new Headers({ 'retry-after': String(seconds) });
const limited = (seconds: number): RateLimitError =>
  new RateLimitError(429, { code: 'rate_limit_exceeded', message: 'slow down' }, undefined, after(seconds));
const down = new InternalServerError(503, { message: 'down' }, undefined, new Headers());
const wrong = Object.assign(new Error('wrong'), { status: 400 });

describe('an AllFailedError with the class of an SDK error', () => {
  it('has the status, the headers and the wait of the one that may pass soonest', () => {
    const error = new AllFailedError([wrong, limited(60), limited(7), down], 'all failed');
    expect(error).toMatchObject({ status: 429, retryAfterMs: 7_000, headers: after(7), cause: wrong });
    expect(error.failure).toEqual({ kind: 'rate_limited', status: 429, retryable: true, retryAfterMs: 7_000 });
    expect(failureOf(error)).toEqual(error.failure);
  });

  it('has the fields of the first known failure if no error may pass, and no fields if no failure is known', () => {
    expect(new AllFailedError([new Error('oops'), wrong], 'all failed')).toMatchObject({ status: 400 });
    const silent = new AllFailedError(['a text', new Error('oops')], 'all failed');
    expect(silent).toMatchObject({ status: undefined, headers: undefined, failure: undefined, cause: 'a text' });
    expect(failureOf(silent)).toBeUndefined();
  });

  it('is an instance of what its caller handles, with the fields of that', () => {
    const error = allFailed([down, limited(7)], 'all failed');
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded', headers: after(7), retryAfterMs: 7_000 });
    expect(error).toMatchObject({ message: 'all failed', errors: [down, expect.any(RateLimitError)], cause: down });
    expect(failureOf(error)).toEqual({ kind: 'rate_limited', status: 429, retryable: true, retryAfterMs: 7_000 });
    const anthropic = new AnthropicRateLimitError(429, { type: 'error' }, undefined, after(1), 'rate_limit_error');
    expect(allFailed([limited(7), anthropic], 'all failed')).toBeInstanceOf(AnthropicRateLimitError);
  });

  it('leaves the errors themselves as they were', () => {
    const [first, second] = [limited(7), limited(9)];
    const before = Object.getOwnPropertyDescriptors(first);
    allFailed([first, second], 'all failed');
    expect(Object.getOwnPropertyDescriptors(first)).toEqual(before);
  });

  it('can be read where a class computes its fields from private state', () => {
    class Secretive extends Error {
      readonly #status = 503;
      get status(): number {
        return this.#status;
      }
    }
    const secretive = allFailed([new Secretive('no'), new Secretive('no')], 'all failed');
    expect(secretive).toBeInstanceOf(Secretive);
    expect(secretive).toMatchObject({ status: 503 });
    const late = new DOMException('too late', 'TimeoutError');
    const timeout = allFailed([late, late], 'all failed');
    expect(timeout).toBeInstanceOf(DOMException);
    expect(timeout).toMatchObject({ name: 'TimeoutError', message: 'all failed', errors: [late, late] });
    expect(String(timeout)).toBe('TimeoutError: all failed');
  });

  it('is an AggregateError where the errors have no class of their own, or cannot be looked at', () => {
    const hostile = new Proxy(new TypeError('no'), {
      ownKeys: () => {
        throw new Error('not mine');
      },
    });
    for (const each of [wrong, 'a text', undefined, hostile]) {
      const error = allFailed([each, each], 'all failed');
      expect(error).toBeInstanceOf(AggregateError);
      expect(error).toMatchObject({ name: 'AggregateError', code: 'ERR_TTA_ALL_FAILED', message: 'all failed' });
    }
  });

  it('is what a FallbackPrimitive throws, as an AggregateError with the primary’s error as cause', async () => {
    const fallback = new FallbackPrimitive(
      () => Promise.reject(down),
      () => Promise.reject(limited(7)),
    );
    const error: unknown = await fallback.execute(undefined).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AllFailedError);
    expect(error).toBeInstanceOf(AggregateError);
    expect(error).toMatchObject({ status: 429, headers: after(7), retryAfterMs: 7_000, cause: down });
  });
});
