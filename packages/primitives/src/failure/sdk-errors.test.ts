import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ask, askTwice, CLIENTS } from './__fixtures__/clients.ts';
import { type Behaviour, closedUrl, type FailingServer, failingServer } from './__fixtures__/failing-server.ts';
import type { Failure } from './failure.ts';
import { failureOf } from './failure-of.ts';

let server: FailingServer;
beforeAll(async () => {
  server = await failingServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const NAMES = Object.keys(CLIENTS);
const OVERLOADED = { status: 503, headers: { 'retry-after': '7' } };
const LIMITED = { status: 429, headers: { 'retry-after': '7' } };
const DRY = { status: 429, body: { error: { message: 'no', type: 'insufficient_quota', code: 'insufficient_quota' } } };

/** Errors of these have no headers. */
const WITHOUT_HEADERS: ReadonlySet<string> = new Set(['google', 'ollama']);
const WITH_BODY = NAMES.filter((name) => !name.includes('leaves statuses'));
const WITH_SIGNAL = NAMES.filter((name) => name !== 'ollama');

function urlFor(name: string): string {
  return name === 'bedrock' ? server.http2Url : server.url;
}

async function failureAt(ask: Ask | undefined, url: string, signal?: AbortSignal): Promise<Failure | undefined> {
  const outcome = await ask?.(url, signal).then(
    () => new Error('it was answered'),
    (error: unknown) => error,
  );
  return failureOf(outcome);
}

function failureFrom(name: string, behaviour: Behaviour): Promise<Failure | undefined> {
  server.behaviour = behaviour;
  return failureAt(CLIENTS[name], urlFor(name));
}

describe('a real error', () => {
  it.each(NAMES)('of %s says that the service is overloaded, and for how long', async (name) => {
    expect(await failureFrom(name, OVERLOADED)).toEqual({
      kind: 'overloaded',
      status: 503,
      retryable: true,
      ...(WITHOUT_HEADERS.has(name) ? {} : { retryAfterMs: 7_000 }),
    });
  });

  it.each(NAMES)('of %s says that the rate is limited', async (name) => {
    expect(await failureFrom(name, LIMITED)).toMatchObject({ kind: 'rate_limited', status: 429, retryable: true });
  });

  it.each(WITH_BODY)('of %s says that the account has run dry, which no attempt mends', async (name) => {
    expect(await failureFrom(name, DRY)).toEqual({ kind: 'quota', status: 429, retryable: false });
  });

  it.each(NAMES)('of %s says that the request is wrong', async (name) => {
    const wrong = { kind: 'invalid_request', status: 400, retryable: false };
    expect(await failureFrom(name, { status: 400 })).toEqual(wrong);
  });

  it.each(NAMES)('of %s says that the connection was refused', async (name) => {
    expect(await failureAt(CLIENTS[name], await closedUrl())).toEqual({ kind: 'network', retryable: true });
  });

  it.each(NAMES)('of %s says that the connection was reset before the headers', async (name) => {
    expect(await failureFrom(name, 'reset')).toEqual({ kind: 'network', retryable: true });
  });

  it.each(NAMES)('of %s says that the connection was reset in mid-body, without the status 200', async (name) => {
    expect(await failureFrom(name, 'reset in mid-body')).toEqual({ kind: 'network', retryable: true });
  });

  it.each(WITH_SIGNAL)('of %s says that the call was aborted', async (name) => {
    server.behaviour = 'silence';
    const controller = new AbortController();
    const failure = failureAt(CLIENTS[name], urlFor(name), controller.signal);
    controller.abort();
    expect(await failure).toEqual({ kind: 'aborted', retryable: false });
  });

  it('around the errors of several attempts means what the last one means', async () => {
    server.behaviour = OVERLOADED;
    expect(await failureAt(askTwice, server.url)).toEqual({
      kind: 'overloaded',
      status: 503,
      retryable: true,
      retryAfterMs: 1,
    });
    server.behaviour = DRY;
    expect(await failureAt(askTwice, server.url)).toMatchObject({ kind: 'quota', status: 429, retryable: false });
  });
});
