import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import OpenAI, { APIConnectionError, APIUserAbortError, BadRequestError, RateLimitError } from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { parallel } from '../compose/parallel.ts';
import { CircuitBreakerPrimitive } from '../recovery/circuit-breaker/circuit-breaker-primitive.ts';
import { CircuitOpenError } from '../recovery/circuit-breaker/circuit-open-error.ts';
import { constantBackoff } from '../recovery/retry/backoff.ts';
import { RetryPrimitive } from '../recovery/retry/retry-primitive.ts';
import { isFailureKind } from './failure.ts';
import { failureOf, isRetryable, retryAdvice, statusOf } from './failure-of.ts';

const NOW = Date.UTC(2026, 0, 1);

const UNAVAILABLE = { status: 503 };
const WORDS_OF_ALL_SORTS = [503, 429, 200, 14, 20, 'ECONNRESET', 'AbortError', 'overloaded_error', '{"error":{}}', '7'];

describe('whether an error is worth another attempt', () => {
  it.each([
    ['a status of 429', { status: 429 }],
    ['a statusCode of 503', { statusCode: 503 }],
    ['a response with 500', { response: { status: 500 } }],
    ['a fetch that failed', new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })],
    ['a socket that broke', { code: 'UND_ERR_SOCKET' }],
    ['a timeout of the platform', new DOMException('time is up', 'TimeoutError')],
    ['an error that says so', { isRetryable: true, status: 400 }],
    ['an error around a 503', new Error('asking failed', { cause: { status: 503 } })],
    ['a broken body of a good response', { status: 200, cause: { code: 'ECONNRESET' } }],
    ['two errors of 503', new AggregateError([{ status: 503 }, { status: 503 }])],
    ['the same error twice', new AggregateError([UNAVAILABLE, UNAVAILABLE])],
    ['an error of an SDK that has retried', { lastError: { statusCode: 503 }, errors: [] }],
    ['a timeout whose cause is a text', new Error('"timeout"', { cause: 'timeout' })],
    ['an old client out of time', { code: 'ECONNABORTED', message: 'timeout of 100ms exceeded' }],
    ['a subclass of a connection error', new (class MyError extends APIConnectionError {})({})],
  ])('R5 yes: %s', (_what, error) => {
    expect(isRetryable(error)).toBe(true);
  });

  const cycle = new Error('cycle');
  cycle.cause = cycle;
  const crossed = new Error('one');
  crossed.cause = new Error('other', { cause: crossed });

  it.each([
    ['a status of 400', { status: 400 }],
    ['an open circuit', { name: 'CircuitOpenError', retryable: false, cause: { status: 503 } }],
    ['an abort', new DOMException('aborted', 'AbortError')],
    ['an abort whose cause is a timeout', { name: 'AbortError', cause: { name: 'TimeoutError' } }],
    ['an abort of the SDK', new APIUserAbortError()],
    ['an abort with a status that was made up', { name: 'AbortError', statusCode: 500, isRetryable: true }],
    ['a mistake in the program', new TypeError('undefined is not a function')],
    ['an error that says so', { retryable: false, status: 503 }],
    ['a bad request around a network error', { status: 400, cause: { code: 'ECONNRESET' } }],
    ['an error that is its own cause', cycle],
    ['two errors that caused each other', crossed],
    ['several errors, one of them a bad request', new AggregateError([{ status: 503 }, { status: 400 }])],
    ['several errors, one of them unknown', new AggregateError([{ status: 503 }, new Error('oops')])],
    ['no errors at all', new AggregateError([])],
    ['a text', 'ECONNREFUSED'],
    ['nothing', undefined],
    ['null', null],
  ])('R5 no: %s', (_what, error) => {
    expect(isRetryable(error)).toBe(false);
  });
});

describe('a retry', () => {
  it('R5 tries all branches again when each of them is overloaded', async () => {
    let calls = 0;
    const overloaded = (): Promise<string> => {
      calls += 1;
      return Promise.reject(Object.assign(new Error('busy'), { status: 503 }));
    };
    const any = parallel([overloaded, overloaded], { mode: 'any' });
    await expect(new RetryPrimitive(any, { backoff: constantBackoff(0) }).execute(undefined)).rejects.toThrow();
    expect(calls).toBe(6);
  });
});

describe('what the server says about trying again', () => {
  it.each([
    ['milliseconds', new Headers({ 'Retry-After-Ms': '1500', 'Retry-After': '9' }), { retryAfterMs: 1_500 }],
    ['seconds', new Headers({ 'Retry-After': '2' }), { retryAfterMs: 2_000 }],
    ['a date', { 'Retry-After': new Date(NOW + 3_000).toUTCString() }, { retryAfterMs: 3_000 }],
    ['a date that has passed', { 'retry-after': new Date(NOW - 3_000).toUTCString() }, { retryAfterMs: 0 }],
    ['a verdict', { 'X-Should-Retry': 'false' }, { shouldRetry: false }],
    ['a number of another kind of headers', new Map([['retry-after', 4]]), { retryAfterMs: 4_000 }],
    ['bad milliseconds but good seconds', { 'retry-after-ms': 'soon', 'retry-after': '1' }, { retryAfterMs: 1_000 }],
    ['a negative number', { 'retry-after': '-1' }, {}],
    ['nonsense', { 'retry-after': 'soon', 'x-should-retry': 'maybe' }, {}],
    ['an empty header', { 'retry-after': '' }, {}],
    [
      'a header that was sent twice',
      new Headers(['5', '5'].map((seconds): [string, string] => ['retry-after', seconds])),
      {},
    ],
    ['a header that was sent twice, as a list', { 'retry-after': ['5', '6'] }, { retryAfterMs: 5_000 }],
    ['words around a number', { 'retry-after': 'soon 5' }, {}],
    ['a duration with a unit', { 'retry-after': '1m30s' }, {}],
    ['a weekday and a number', { 'retry-after': 'Mon 5' }, {}],
    ['a date as RFC 850 has it', { 'retry-after': 'Thursday, 01-Jan-26 00:00:09 GMT' }, { retryAfterMs: 9_000 }],
    ['a date as asctime() has it', { 'retry-after': 'Thu Jan  1 00:00:09 2026 GMT' }, { retryAfterMs: 9_000 }],
    ['a date of ISO 8601', { 'retry-after': '2026-01-01T00:00:09Z' }, { retryAfterMs: 9_000 }],
    ['more than there is', { 'retry-after': '1e400', 'retry-after-ms': 'Infinity' }, {}],
    ['nothing', {}, {}],
  ])('R3 reads %s', (_what, headers, advice) => {
    expect(retryAdvice({ headers }, NOW)).toEqual(advice);
    expect(retryAdvice({ response: { headers } }, NOW)).toEqual(advice);
    expect(retryAdvice({ responseHeaders: headers }, NOW)).toEqual(advice);
  });

  const info = [
    { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [] },
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.074s' },
  ];
  const body = { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'no more', details: info } };
  const quoted = { error: { code: 429, message: JSON.stringify(body, null, 2) } };

  it.each([
    ['errorDetails', { errorDetails: info }],
    ['message', { message: JSON.stringify(body) }],
    ['message, quoted', { message: JSON.stringify(quoted) }],
    ['responseBody', { message: 'no more', responseBody: JSON.stringify(body, null, 2) }],
  ])('R3 reads what Google says in the body: %s', (_where, members) => {
    const error = Object.assign(new Error('429'), { status: 429 }, members);
    expect(retryAdvice(error, NOW)).toEqual({ retryAfterMs: 34_074 });
    expect(retryAdvice(Object.assign(error, { headers: { 'retry-after': '5' } }), NOW)).toEqual({
      retryAfterMs: 5_000,
    });
  });

  const limited = (headers: object, message = 'no'): Error =>
    Object.assign(new Error(message), { status: 429, headers });
  const after = (ms: number): number => NOW + ms;

  it.each<[string, object, number | undefined]>([
    ['in milliseconds as Azure does', { 'x-ms-retry-after-ms': '1500' }, 1_500],
    ['with units', { 'x-ratelimit-reset-requests': '1m30s' }, 90_000],
    ['with parts of units', { 'x-ratelimit-reset-tokens': '2h0m7.66s' }, 7_207_660],
    ['in milliseconds with their unit', { 'X-RateLimit-Reset-Tokens': '6ms' }, 6],
    ['in seconds', { 'ratelimit-reset': '45' }, 45_000],
    ['in seconds since 1970', new Headers({ 'x-ratelimit-reset': String(after(45_000) / 1_000) }), 45_000],
    ['in milliseconds since 1970', new Map([['x-ratelimit-reset', String(after(45_000))]]), 45_000],
    ['as a date', { 'anthropic-ratelimit-tokens-reset': new Date(after(20_000)).toISOString() }, 20_000],
    ['as a date that has passed', { 'anthropic-ratelimit-tokens-reset': new Date(after(-9)).toISOString() }, 0],
    ['as nonsense', { 'x-ratelimit-reset': 'soon' }, undefined],
    ['of several limits', { 'x-ratelimit-reset-requests': '1s', 'x-ratelimit-reset-tokens': '6s' }, 6_000],
    [
      'of the limit that is used up',
      {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-remaining-tokens': '9',
        'x-ratelimit-reset-tokens': '6m0s',
      },
      1_000,
    ],
    ['of several limits, one unreadable', { 'x-ratelimit-reset-tokens': '6s', 'x-ratelimit-reset': 'soon' }, undefined],
    ['of a limit that is not used up', { 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': '45' }, undefined],
    ['in milliseconds by its name', { 'x-ratelimit-reset-ms': '1500' }, 1_500],
    [
      'in milliseconds by its name, of the limit that is used up',
      { 'x-ratelimit-remaining': '9', 'x-ratelimit-reset-ms': '1500' },
      undefined,
    ],
    ['in milliseconds since 1970 by its name', { 'x-ratelimit-reset-ms': String(after(45_000)) }, 45_000],
    ['in microseconds since 1970', { 'x-ratelimit-reset': String(after(45_000) * 1_000) }, undefined],
    ['of a limit without a count', { 'x-ratelimit-remaining': ' ', 'x-ratelimit-reset': '45' }, undefined],
    ['after a better header', { 'retry-after': '2', 'x-ratelimit-reset': '45' }, 2_000],
  ])('R3 reads when a limit ends: %s', (_how, headers, retryAfterMs) => {
    expect(retryAdvice(limited(headers), NOW)).toEqual(retryAfterMs === undefined ? {} : { retryAfterMs });
  });

  it('R3 does not read when a limit ends from an error that is not about a limit', () => {
    const headers = { 'x-ratelimit-reset': '45' };
    expect(retryAdvice(Object.assign(new Error('Please try again in 5s'), { status: 500, headers }), NOW)).toEqual({});
  });

  it('R3 reads when a limit ends from the headers that a gateway quotes', () => {
    const metadata = { headers: { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String(after(60_000)) } };
    const error = Object.assign(new Error('no'), { status: 429, error: { message: 'no', code: 429, metadata } });
    expect(retryAdvice(error, NOW)).toEqual({ retryAfterMs: 60_000 });
  });

  it.each<[string, number | undefined]>([
    ['Rate limit reached for m: Limit 3, Used 3. Please try again in 8.5s. Visit x', 8_500],
    ['Rate limit reached for m. Please try again in 7m12s.', 432_000],
    ['Please try again in 20ms.', 20],
    ['Requests have exceeded the limit. Please retry after 26 seconds.', 26_000],
    ['Please retry in 23.456s.', 23_456],
    ['Please retry after 1 minute.', 60_000],
    ['Please try again in 1 hour 30 minutes.', 5_400_000],
    ['Please try again in 1 hour, 5 minutes and 2 seconds.', 3_902_000],
    ['Please try again in 2m 30s', 150_000],
    ['Please try again in 1h30m. 3 requests failed.', 5_400_000],
    ['Please try again in 300 milliseconds', 300],
    ['Please try again in 2 days', 172_800_000],
    ['Please try again in 1 hour 30 moments', undefined],
    ['Please try again in 1,000 seconds', undefined],
    ['Please try again in 5 months', undefined],
    ['Please try again in a while', undefined],
    ['Please try again in 5 attempts', undefined],
  ])('R3 reads when a limit ends from its message: %s', (message, retryAfterMs) => {
    expect(retryAdvice(limited({}, message), NOW)).toEqual(retryAfterMs === undefined ? {} : { retryAfterMs });
  });

  it.each([
    ['milliseconds', new Map([['grpc-retry-pushback-ms', ['2500']]]), 2_500],
    ['seconds', new Headers({ 'retry-after': '3' }), 3_000],
  ])('R3 reads the trailers of gRPC: %s', (_what, metadata, retryAfterMs) => {
    expect(retryAdvice(Object.assign(new Error('no'), { code: 8, details: 'no', metadata }), NOW)).toEqual({
      retryAfterMs,
    });
  });

  it.each([
    ['as texts', { seconds: '41', nanos: 500_000_000 }, 41_500],
    ['as a number of 64 bits', { seconds: { low: 3, high: 0, unsigned: false }, nanos: 0 }, 3_000],
    ['without a rest', { seconds: 2 }, 2_000],
  ])('R3 reads RetryInfo as clients decode it: %s', (_how, retryDelay, retryAfterMs) => {
    expect(retryAdvice({ code: 8, details: 'no', statusDetails: [{ retryDelay }] }, NOW)).toEqual({ retryAfterMs });
  });

  it.each([
    ['another kind of detail', { errorDetails: [{ '@type': 'google.rpc.ErrorInfo', retryDelay: '5s' }] }],
    ['a delay that is none', { errorDetails: [{ '@type': 'google.rpc.RetryInfo', retryDelay: '-5s' }] }],
    ['a text about it', { message: 'no google.rpc.RetryInfo here, retryDelay 5s' }],
  ])('R3 does not read %s', (_what, error) => {
    expect(retryAdvice(error, NOW)).toEqual({});
  });

  it.each([
    ['where clients keep a raw response', { rawResponse: { headers: new Headers({ 'retry-after': '5' }) } }],
    ['where they hide it', Object.defineProperty({}, '$response', { value: { headers: { 'retry-after': '5' } } })],
    ['where they have computed it', { retryAfterMs: 5_000, headers: { 'retry-after': '9' } }],
    ['in milliseconds before seconds', { headers: { 'retry-after-ms': '5000', 'retry-after': '9' } }],
  ])('R3 reads it %s', (_where, error) => {
    expect(retryAdvice(error, NOW)).toEqual({ retryAfterMs: 5_000 });
  });

  it('R3 reads it behind the error of the last attempt, and the longest of several that failed together', () => {
    const after = (seconds: number): object => ({ status: 503, headers: { 'retry-after': String(seconds) } });
    expect(retryAdvice({ lastError: after(5), errors: [after(9)] }, NOW)).toEqual({ retryAfterMs: 5_000 });
    expect(retryAdvice(new AggregateError([after(5), after(9), after(7)]), NOW)).toEqual({ retryAfterMs: 9_000 });
  });

  it('R3 reads the headers of the cause when the error itself says nothing', () => {
    const cause = { status: 429, headers: { 'retry-after': '5' } };
    expect(retryAdvice(new Error('asking failed', { cause }), NOW)).toEqual({ retryAfterMs: 5_000 });
  });

  it('R3 R5 does not read the headers of what opened a circuit', () => {
    const cause = { status: 503, headers: { 'x-should-retry': 'true' } };
    expect(retryAdvice(new CircuitOpenError('model', 20, 1, cause), NOW)).toEqual({ retryAfterMs: 20 });
    expect(failureOf(new CircuitOpenError('model', 20, 1, cause))).toEqual({
      kind: 'circuit_open',
      retryable: false,
      retryAfterMs: 20,
    });
  });

  it.each([undefined, null, 'text', new Error('without headers')])('R3 reads nothing from %s', (error) => {
    expect(retryAdvice(error, NOW)).toEqual({});
    expect(statusOf(error)).toBeUndefined();
  });
});

describe('an error that fails when it is looked at', () => {
  const hostile = new Proxy(new Error('hostile'), {
    get() {
      throw new Error('of the getter');
    },
  });

  it.each([
    ['members', hostile],
    ['headers', { status: 429, headers: hostile }],
    ['response', { response: hostile }],
  ])('says nothing: its %s', (_what, error) => {
    expect(retryAdvice(error, NOW)).toEqual({});
    expect(isRetryable(hostile)).toBe(false);
    expect(statusOf({ response: hostile })).toBeUndefined();
  });

  it('says what its other members say', () => {
    const half = {
      get status(): never {
        throw new Error('of the getter');
      },
      code: 'ECONNRESET',
    };
    expect(failureOf(half)).toEqual({ kind: 'network', retryable: true });
  });

  it('is looked at a bounded number of times, however deep and wide it is', () => {
    let looks = 0;
    const endless = (): object =>
      new Proxy(
        {},
        {
          get: (_target, name) => {
            looks += 1;
            return name === 'errors' ? [endless(), endless()] : endless();
          },
        },
      );
    failureOf(endless());
    expect(looks).toBeLessThan(500_000);
  });

  it('never makes the reading throw, and what is read always has a kind and a verdict', () => {
    const members = ['name', 'code', 'status', 'type', 'cause', 'errors', 'lastError', 'error', 'headers', 'message'];
    const name = fc.constantFrom(...members, 'isRetryable', 'details', 'response', 'failure', 'retryAfterMs');
    const leaf = fc.oneof(fc.anything({ maxDepth: 1 }), fc.constantFrom(...WORDS_OF_ALL_SORTS));
    const { shape } = fc.letrec<{ shape: object; member: unknown }>((tie) => ({
      shape: fc.dictionary(name, tie('member'), { maxKeys: 6 }),
      member: fc.oneof({ maxDepth: 4 }, leaf, tie('shape'), fc.array(tie('shape'), { maxLength: 3 })),
    }));
    fc.assert(
      fc.property(fc.oneof(shape, fc.anything()), (error) => {
        const failure = failureOf(error);
        return failure === undefined || (isFailureKind(failure.kind) && typeof failure.retryable === 'boolean');
      }),
    );
  });

  it('stays the error that the caller of a retry and of a circuit gets', async () => {
    const guarded = new CircuitBreakerPrimitive(() => Promise.reject(hostile));
    const caught: unknown[] = [];
    await new RetryPrimitive(guarded).execute(undefined).catch((error: unknown) => void caught.push(error));
    expect(caught.length).toBe(1);
    expect(Object.is(caught[0], hostile)).toBe(true);
    expect(guarded.getStats().failures).toBe(1);
  });
});

describe('errors of the official client', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  async function errorFor(status: number, headers: Readonly<Record<string, string>>): Promise<unknown> {
    const listening = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{"error":{"message":"no"}}');
    }).listen(0, '127.0.0.1');
    server = listening;
    await once(listening, 'listening');
    return askAt((listening.address() as AddressInfo).port);
  }

  async function askAt(port: number): Promise<unknown> {
    const client = new OpenAI({ apiKey: 'none', baseURL: `http://127.0.0.1:${port}`, maxRetries: 0 });
    const request = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };
    return client.chat.completions.create(request).catch((error: unknown) => error);
  }

  it('R3 R5 tells of a rate limit and when it is over', async () => {
    const error = await errorFor(429, { 'retry-after': '7' });
    expect(error).toBeInstanceOf(RateLimitError);
    expect(isRetryable(error)).toBe(true);
    expect(retryAdvice(error, NOW)).toEqual({ retryAfterMs: 7_000 });
  });

  it('R3 tells that the server does not want another attempt', async () => {
    const error = await errorFor(503, { 'x-should-retry': 'false' });
    expect(retryAdvice(error, NOW)).toEqual({ shouldRetry: false });
  });

  it('R5 tells of a request that is wrong', async () => {
    const error = await errorFor(400, {});
    expect(error).toBeInstanceOf(BadRequestError);
    expect(isRetryable(error)).toBe(false);
  });

  it('R5 tells of a connection that is refused', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const error = await askAt(port);
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(isRetryable(error)).toBe(true);
  });
});
