import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { routerErrorTypeOf } from './error-type.ts';

const answered = (status: number): Error => OpenAI.APIError.generate(status, { error: {} }, 'refused', new Headers());
const coded = (code: string): Error => Object.assign(new Error('failed'), { code });

/** What `fetch` rejects with when there is no connection. */
const fetchFailed = (code: string): Error => new TypeError('fetch failed', { cause: coded(code) });

const looped = new Error('its own cause');
looped.cause = looped;

describe('routerErrorTypeOf', () => {
  it.each([
    [400, 'http_4xx'],
    [401, 'authentication'],
    [403, 'authentication'],
    [404, 'http_4xx'],
    [409, 'http_4xx'],
    [418, 'http_4xx'],
    [422, 'http_4xx'],
    [429, 'rate_limit'],
    [500, 'http_5xx'],
    [503, 'http_5xx'],
    [529, 'http_5xx'],
  ])('classifies the OpenAI error for status %i as %s', (status, type) => {
    expect(routerErrorTypeOf(answered(status))).toBe(type);
  });

  it.each([
    ['an aborted request', new OpenAI.APIUserAbortError(), 'cancelled'],
    ['a request that took too long', new OpenAI.APIConnectionTimeoutError(), 'timeout'],
    ['a connection that failed', new OpenAI.APIConnectionError({ message: 'Connection error.' }), 'network'],
    ['an error inside a stream', new OpenAI.APIError(undefined, { message: 'oops' }, undefined, undefined), 'other'],
    ['a subclass', new (class extends OpenAI.APIConnectionTimeoutError {})(), 'timeout'],
  ])('classifies %s of the OpenAI client', (_, error, type) => {
    expect(routerErrorTypeOf(error)).toBe(type);
  });

  it('classifies what the OpenAI client throws when nobody listens', async () => {
    const client = new OpenAI({ apiKey: 'none', baseURL: 'http://127.0.0.1:1/v1', maxRetries: 0 });
    const error = await client.models.list().then(undefined, (reason: unknown) => reason);
    expect(routerErrorTypeOf(error)).toBe('network');
  });

  it.each([
    ['an AbortError', new DOMException('stopped', 'AbortError'), 'cancelled'],
    ['a TimeoutError', new DOMException('too slow', 'TimeoutError'), 'timeout'],
    ['a refused connection', fetchFailed('ECONNREFUSED'), 'network'],
    ['a host that is not found', fetchFailed('ENOTFOUND'), 'network'],
    ['headers that do not come', fetchFailed('UND_ERR_HEADERS_TIMEOUT'), 'timeout'],
    ['our own timeout', coded('ERR_TTA_TIMEOUT'), 'timeout'],
    ['a status under another name', Object.assign(new Error('refused'), { statusCode: 503 }), 'http_5xx'],
    ['an error wrapped by others', new AggregateError([], 'all failed', { cause: answered(429) }), 'rate_limit'],
  ])('classifies %s', (_, error, type) => {
    expect(routerErrorTypeOf(error)).toBe(type);
  });

  it.each([
    ['an error without a class', new Error('timeout, network, 429')],
    ['a success that was thrown', { status: 200 }],
    ['a status that is text', { status: '429' }],
    ['text', 'timeout'],
    ['nothing', undefined],
    ['null', null],
    ['an error that is its own cause', looped],
    ['an object without a prototype', Object.create(null)],
    [
      'an error that cannot be read',
      {
        get status(): never {
          throw new Error('asked');
        },
      },
    ],
  ])('calls %s other', (_, error) => {
    expect(routerErrorTypeOf(error)).toBe('other');
  });
});
