import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { LimitPrimitive, TimeoutPrimitive } from '../../primitives/index.ts';
import { type ToResponseOptions, toResponse } from './to-response.ts';

const never = (): Promise<never> => new Promise(() => {});

async function errorOf(work: () => Promise<unknown>): Promise<unknown> {
  return work().then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
}

/** A limit that refuses, and a timeout that has passed. */
async function ownErrors(): Promise<readonly [limit: unknown, timeout: unknown]> {
  const limited = new LimitPrimitive(never, { key: () => 'secret-key', requestsPerMinute: 1, operation: 'chat' });
  limited.execute('first').catch(() => {});
  const timed = new TimeoutPrimitive(never, { timeoutMs: 1, graceMs: 0, operation: 'chat' });
  return [await errorOf(() => limited.execute('second')), await errorOf(() => timed.execute('slow'))];
}

const [limit, timeout] = await ownErrors();

const upstream = (status: number, message = 'org-secret'): Error =>
  Object.assign(new Error(message), { status, headers: new Headers({ 'retry-after': '7' }) });

describe('an error as problem+json', () => {
  it.each<[string, unknown, number, object]>([
    ['a refused limit', limit, 429, { code: 'ERR_TTA_LIMIT', detail: expect.stringContaining('1 requests a minute') }],
    ['a timeout', timeout, 504, { code: 'ERR_TTA_TIMEOUT', detail: expect.stringContaining('chat') }],
    ['a busy provider', upstream(429), 429, { code: 'rate_limited', retryAfterMs: 7_000 }],
    ['an overloaded provider', upstream(529), 503, { code: 'overloaded' }],
    ['a key that the provider refuses', upstream(401), 502, { code: 'authentication' }],
    ['a model that is not there', upstream(404), 502, { code: 'not_found' }],
    ['a request that is not valid', upstream(422), 422, { code: 'invalid_request' }],
    ['an error of any kind', new Error('at 10.0.0.3'), 500, { code: 'unknown', detail: 'internal error' }],
    ['no error at all', 'thrown', 500, { code: 'unknown' }],
  ])('%s', async (_, error, status, body) => {
    const response = toResponse(error);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    const problem = await response.json();
    expect(problem).toMatchObject({ type: 'about:blank', title: expect.any(String), status, ...body });
    expect(JSON.stringify(problem)).not.toMatch(/secret|10\.0\.0\.3/);
  });

  it('says when to ask again', () => {
    const { headers } = toResponse(limit);
    expect(Number(headers.get('retry-after-ms'))).toBeGreaterThan(50_000);
    expect(Number(headers.get('retry-after'))).toBe(Math.ceil(Number(headers.get('retry-after-ms')) / 1_000));
  });

  it('shows the messages of others only if that is asked for', async () => {
    expect(await toResponse(upstream(500), { exposeMessages: true }).json()).toMatchObject({ detail: 'org-secret' });
  });
});

describe('the SDK of a provider', () => {
  const answering = (error: unknown, options: ToResponseOptions) => async () => toResponse(error, options);

  it('of OpenAI throws its own class', async () => {
    const fetch = answering(limit, { protocol: 'openai' });
    const openai = new OpenAI({ apiKey: 'k', maxRetries: 0, fetch });
    const error = await errorOf(async () => openai.chat.completions.create({ model: 'm', messages: [] }));
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({ code: 'ERR_TTA_LIMIT' });
  });

  it('of Anthropic throws its own class', async () => {
    const fetch = answering(upstream(529), { protocol: 'anthropic' });
    const anthropic = new Anthropic({ apiKey: 'k', maxRetries: 0, fetch });
    const error = await errorOf(async () => anthropic.messages.create({ model: 'm', max_tokens: 1, messages: [] }));
    expect(error).toMatchObject({ status: 503, error: { error: { type: 'overloaded_error' } } });
    expect((error as { readonly headers: Headers }).headers.get('retry-after')).toBe('7');
  });

  it('of Google throws its own class, with the wait in its message', async () => {
    const fetch = answering(limit, { protocol: 'google' });
    const google = new GoogleGenAI({ apiKey: 'k', httpOptions: { fetch } });
    const error = await errorOf(() => google.models.generateContent({ model: 'gemini-2.5-flash', contents: 'hi' }));
    expect(error).toMatchObject({ status: 429, message: expect.stringMatching(/RESOURCE_EXHAUSTED.*retryDelay/s) });
  });
});

it('refuses a protocol that does not exist', () => {
  expect(() => toResponse(limit, { protocol: 'soap' as never })).toThrow('toResponse: protocol must be');
});
