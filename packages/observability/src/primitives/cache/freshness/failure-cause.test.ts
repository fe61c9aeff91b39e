import { APIError as AnthropicApiError, AnthropicError } from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { CircuitOpenError } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { TimeoutError } from '../../timeout/timeout-error.ts';
import { failureCauseOf } from './stale-rules.ts';

const with_ = (fields: object): Error => Object.assign(new Error('x'), fields);
const openai = (status: number): Error => OpenAI.APIError.generate(status, {}, 'x', new Headers());
const anthropic = (status: number): Error => AnthropicApiError.generate(status, {}, 'x', new Headers());
const inStream = (type: string): Error =>
  new AnthropicApiError(undefined, { type: 'error', error: { type, message: 'x' } }, 'x', undefined);
const ours = new TimeoutError({ operation: 'o', timeoutMs: 1, graceMs: 1, elapsedMs: 2, lagMs: 0, phase: 'hard' });

describe('the cause of a failure', () => {
  it.each([
    ['OpenAI 408', openai(408), 'timeout'],
    ['OpenAI 429', openai(429), 'rate_limited'],
    ['OpenAI 503', openai(503), 'server_error'],
    ['Anthropic 529', anthropic(529), 'server_error'],
    ['Anthropic, overloaded inside a stream', inStream('overloaded_error'), 'server_error'],
    ['Anthropic, limited inside a stream', inStream('rate_limit_error'), 'rate_limited'],
    ['OpenAI, a connection that failed', new OpenAI.APIConnectionError({ message: 'x' }), 'network'],
    ['OpenAI, a connection that was too slow', new OpenAI.APIConnectionTimeoutError(), 'timeout'],
    ['Google 504', with_({ name: 'ApiError', status: 504 }), 'timeout'],
    ['the AI SDK 500', with_({ name: 'AI_APICallError', statusCode: 500 }), 'server_error'],
    ['the AI SDK, after retries', with_({ name: 'AI_RetryError', lastError: openai(429) }), 'rate_limited'],
    ['axios 502', with_({ response: { status: 502 } }), 'server_error'],
    ['fetch', new TypeError('fetch failed', { cause: with_({ code: 'UND_ERR_SOCKET' }) }), 'network'],
    ['undici, slow headers', with_({ code: 'UND_ERR_HEADERS_TIMEOUT' }), 'timeout'],
    ['DNS', with_({ code: 'ENOTFOUND' }), 'network'],
    ['AbortSignal.timeout', new DOMException('x', 'TimeoutError'), 'timeout'],
    ['our own timeout', ours, 'timeout'],
    ['an open circuit', new CircuitOpenError('o', 1, 5, undefined), 'circuit_open'],
    ['an open circuit of cockatiel', with_({ isBrokenCircuitError: true }), 'circuit_open'],
    ['an open circuit of opossum', with_({ code: 'EOPENBREAKER' }), 'circuit_open'],
    ['all alternatives down', new AggregateError([openai(500), openai(429)]), 'server_error'],
    ['all alternatives down, with a primary', new AggregateError([], 'x', { cause: openai(429) }), 'rate_limited'],
  ])('is known of %s', (_, error, cause) => {
    expect(failureCauseOf(error)).toBe(cause);
  });

  it.each([
    ['400', openai(400)],
    ['401', openai(401)],
    ['404', anthropic(404)],
    ['409', openai(409)],
    ['422', with_({ name: 'ApiError', status: 422 })],
    ['an invalid request inside a stream', inStream('invalid_request_error')],
    ['an abort', new DOMException('x', 'AbortError')],
    ['an abort with a cause', new DOMException('x', { name: 'AbortError', cause: with_({ code: 'ECONNRESET' }) })],
    ['a wrong request below an error that says nothing', new Error('x', { cause: openai(400) })],
    ['a mixture', new AggregateError([openai(500), openai(400)])],
    ['nothing at all', new AggregateError([])],
    ['an SDK’s own error', new AnthropicError('x')],
    ['a bug', new TypeError('x')],
    ['what is no error', 'ECONNRESET'],
    ['null', null],
  ])('is none of the provider’s for %s', (_, error) => {
    expect(failureCauseOf(error)).toBeUndefined();
  });

  it('is looked for in a cycle of causes without end, and in errors that cannot be read', () => {
    const cycle = new Error('x');
    cycle.cause = cycle;
    const unreadable = {
      get code(): never {
        throw new Error('no');
      },
    };
    expect(failureCauseOf(cycle)).toBeUndefined();
    expect(failureCauseOf(unreadable)).toBeUndefined();
  });
});
