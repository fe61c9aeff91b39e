import { getEventListeners } from 'node:events';
import { RetryPrimitive, runInContext, step, WorkflowContext, withReport } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { CachePrimitive, TimeoutPrimitive } from '../../primitives/index.ts';
import { answerTo, TEXT } from '../__fixtures__/answers.ts';
import type { FetchOptions, FetchRoute } from './fetch-options.ts';
import { ttaFetch } from './tta-fetch.ts';

const CHAT = 'https://api.openai.com/v1/chat/completions';
const BODY = '{ "messages": [{"role":"user","content":"caf\\u00e9"}],\n  "model": "gpt-4o-mini", "temperature": 1.0 }';

/** A `fetch` beneath that answers as the provider at the address would. */
function provider() {
  return vi.fn<typeof fetch>(async (input, init) => {
    const { pathname } = new URL(String(input));
    const text = init?.body instanceof Uint8Array ? new TextDecoder().decode(init.body) : String(init?.body);
    const { type, pieces } = answerTo(pathname, JSON.parse(text) as Record<string, unknown>);
    return new Response(pieces.join(''), { headers: { 'content-type': type } });
  });
}

const post = (body: string | Uint8Array, headers: Record<string, string> = {}): RequestInit => {
  return { method: 'POST', body: body as string, headers: { 'content-type': 'application/json', ...headers } };
};

describe('the body', () => {
  it('goes out byte for byte', async () => {
    const beneath = provider();
    await ttaFetch({ fetch: beneath })(CHAT, post(BODY));
    expect(beneath.mock.calls[0]).toMatchObject([CHAT, { method: 'POST', body: BODY }]);
  });

  it('goes out as the same bytes', async () => {
    const beneath = provider();
    const bytes = new TextEncoder().encode(BODY);
    await ttaFetch({ fetch: beneath })(new URL(CHAT), post(bytes));
    expect(beneath.mock.calls[0]?.[1]?.body).toBe(bytes);
  });

  it('has only the model changed that a step has changed', async () => {
    const beneath = provider();
    const workflow: FetchOptions['workflow'] = (call) =>
      step('cheaper', (request, context) => call.execute({ ...request, model: 'gpt-4.1-nano' }, context));
    await ttaFetch({ fetch: beneath, workflow })(CHAT, post(BODY));
    expect(beneath.mock.calls[0]?.[1]?.body).toBe(BODY.replace('gpt-4o-mini', 'gpt-4.1-nano'));
  });

  it('is written anew for a step that has changed other fields', async () => {
    const beneath = provider();
    const workflow: FetchOptions['workflow'] = (call) =>
      step('colder', (request, context) => call.execute({ ...request, temperature: 0 }, context));
    await ttaFetch({ fetch: beneath, workflow })(CHAT, post(BODY, { authorization: 'Bearer sk-1' }));
    expect(JSON.parse(String(beneath.mock.calls[0]?.[1]?.body))).toEqual({ ...JSON.parse(BODY), temperature: 0 });
  });

  it('of a Request is read once and sent', async () => {
    const beneath = provider();
    const answer = await ttaFetch({ fetch: beneath })(new Request(CHAT, post(BODY)));
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: TEXT } }] });
    expect(new TextDecoder().decode(beneath.mock.calls[0]?.[1]?.body as Uint8Array)).toBe(BODY);
  });

  it.each([
    ['a call of a model', BODY],
    ['another request', '[1]'],
  ])('of a Request goes the way that the options beside it name: %s', async (_, body) => {
    const beneath = provider();
    const options = { dispatcher: {}, headers: { 'content-type': 'application/json', 'x-own': '1' } };
    await ttaFetch({ fetch: beneath })(new Request(CHAT, post(body)), options as object);
    const init = beneath.mock.calls[0]?.[1];
    expect(init?.dispatcher).toBe(options.dispatcher);
    expect(new Headers(init?.headers).get('x-own')).toBe('1');
    expect(new TextDecoder().decode(init?.body as Uint8Array)).toBe(body);
  });
});

describe('the headers', () => {
  it('that a fetch sets stay with one attempt, also where the caller passes one Headers for all requests', async () => {
    const sent: (string | null)[][] = [];
    const signing: typeof fetch = async (_, init) => {
      const headers = init?.headers as Headers;
      sent.push([headers.get('authorization'), headers.get('x-hop')]);
      headers.set('authorization', `Bearer rotated-${sent.length}`);
      headers.append('x-hop', 'proxy');
      return new Response('{}', { status: sent.length === 1 ? 503 : 200 });
    };
    const own = new Headers(post(BODY, { authorization: 'Bearer sk-1' }).headers);
    const before = [...own];
    const asking = ttaFetch({ fetch: signing, retry: { maxAttempts: 2, backoff: () => 0 } });
    await asking(CHAT, { ...post(BODY), headers: own });
    await asking(CHAT, { ...post(BODY), headers: own });
    expect(sent).toEqual(Array.from({ length: 3 }, () => ['Bearer sk-1', null]));
    expect([...own]).toEqual(before);
  });
});

it.each([
  'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent',
  'https://aiplatform.googleapis.com/v1/publishers/google/models/gemini-2.5-flash:generateContent',
  'https://proxy.example/google/models/gemini-2.5-flash:generateContent',
])('a call of a model is known by its path, with and without a version: %s', async (url) => {
  const beneath = vi.fn<typeof fetch>(async () => Response.json({ candidates: [], usageMetadata: {} }));
  const { context, report } = withReport();
  const send = ttaFetch({ fetch: beneath });
  await runInContext(context, async () => send(url, post('{"contents":[{"parts":[{"text":"Hi"}]}]}')));
  expect(await report).toMatchObject({ attempts: [{ model: 'gemini-2.5-flash' }] });
});

describe('what is no call of a model', () => {
  const form = new FormData();
  it.each<[string, string, RequestInit | undefined]>([
    ['a GET', 'https://api.openai.com/v1/models', undefined],
    ['an upload', 'https://api.openai.com/v1/files', { method: 'POST', body: form }],
    ['another endpoint', 'https://api.anthropic.com/v1/messages/count_tokens', post(BODY)],
    ['a body that is no JSON', CHAT, post('{"model":')],
    ['a body that is no request', CHAT, post('[1]')],
    ['a request of another API at such an address', 'https://x.example/threads/1/messages', post('{"role":"user"}')],
  ])('passes untouched: %s', async (_, url, init) => {
    const beneath = vi.fn<typeof fetch>(async () => new Response());
    await ttaFetch({ fetch: beneath, cache: {} })(url, init);
    expect(beneath).toHaveBeenCalledExactlyOnceWith(url, init);
  });

  it('ends a report in which nothing else runs, where nothing can be awaited', async () => {
    const clock = manualClock();
    const { context, report } = withReport(new WorkflowContext({ clock }));
    const listed = ttaFetch({ fetch: async () => new Response('{}') });
    runInContext(context, () => ({ sent: listed('https://api.openai.com/v1/models') }));
    await clock.advance(1_000);
    expect(await report).toMatchObject({ executions: [], costUsd: 0 });
  });

  it('leaves a report open for the call of a model that follows, where nothing can be awaited', async () => {
    const { context, report } = withReport();
    const send = ttaFetch({
      fetch: async (url) => (String(url) === CHAT ? provider()(url, post(BODY)) : new Response('{}')),
    });
    runInContext(context, () => {
      void send('https://api.openai.com/v1/models').then(() => send(CHAT, post(BODY)));
    });
    expect(await report).toMatchObject({ attempts: [{ model: 'gpt-4o-mini' }], lateFacts: 0 });
  });

  it('passes with its body, which a Request gives once', async () => {
    const beneath = vi.fn<typeof fetch>(async (input) => new Response(await (input as Request).text()));
    const request = new Request('https://api.openai.com/v1/batches', post('{"input_file_id":"f"}'));
    expect(await (await ttaFetch({ fetch: beneath })(request)).json()).toEqual({ input_file_id: 'f' });
  });
});

describe('the address', () => {
  const GEMINI = 'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash';
  const ask = '{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}';

  it('tells the model, the form and the provider where the body does not', async () => {
    using recording = recordingObserver();
    const beneath = provider();
    const asking = ttaFetch({ fetch: beneath, cache: {} });
    const whole = await (await asking(`${GEMINI}:generateContent?key=k`, post(ask))).json();
    const stream = await (await asking(`${GEMINI}:streamGenerateContent?alt=sse&key=k`, post(ask))).text();
    expect(whole).toMatchObject({ candidates: [{ content: { parts: [{ text: TEXT }] } }] });
    expect(stream).toMatch(/^data: .*Hello you/);
    expect(beneath).toHaveBeenCalledTimes(1);
    expect(recording.factsOf('llm.model')).toEqual(['gemini-2.5-flash']);
    expect(recording.factsOf('llm.provider')).toEqual(['gcp.gemini']);
    expect(recording.factsOf('llm.operation')).toEqual(['generate_content']);
  });

  it('keeps models and keys in it apart in a cache', async () => {
    const beneath = provider();
    const asking = ttaFetch({ fetch: beneath, cache: {} });
    for (const [model, key] of [
      ['a', '1'],
      ['b', '1'],
      ['a', '2'],
      ['a', '1'],
    ]) {
      await asking(
        `https://generativelanguage.googleapis.com/v1beta/models/${model}:generateContent?key=${key}`,
        post(ask),
      );
    }
    expect(beneath).toHaveBeenCalledTimes(3);
  });

  it('cannot be changed by a step', async () => {
    const workflow: FetchOptions['workflow'] = (call) =>
      step('elsewhere', (request, context) => call.execute({ ...request, url: 'https://x.example' }, context));
    const answer = await ttaFetch({ fetch: provider(), workflow })(CHAT, post(BODY));
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ error: { message: expect.stringContaining('use routes') } });
  });
});

describe('a route', () => {
  const asked = `${CHAT}?subscription-key=SECRET&api-version=1&key=mine`;
  const tracing = { baggage: 'user=alice', tracestate: 'a=1', 'sentry-trace': '1-1', host: 'api.openai.com' };
  const account = { 'openai-organization': 'org-1', 'openai-project': 'proj-1' };

  async function sentTo(route: FetchRoute): Promise<{ url: string; headers: string[] }> {
    const beneath = provider();
    await ttaFetch({ fetch: beneath, routes: { route } })(
      asked,
      post(BODY, { ...tracing, ...account, traceparent: 't' }),
    );
    const [sent] = beneath.mock.calls;
    return { url: String(sent?.[0]), headers: [...new Headers(sent?.[1]?.headers).keys()] };
  }

  it('at another origin gets no parameter and no header that may be private', async () => {
    const { url, headers } = await sentTo({ baseURL: 'https://other.example/v1' });
    expect(url).toBe('https://other.example/v1/chat/completions?api-version=1');
    expect(headers).toEqual(['content-type', 'traceparent']);
  });

  it('at the same origin keeps both, but for the account of another key', async () => {
    expect((await sentTo({ model: 'gpt-4.1-nano' })).headers).toEqual(expect.arrayContaining(Object.keys(account)));
    const { url, headers } = await sentTo({ apiKey: 'other' });
    expect(url).toBe(asked.replace('mine', 'other'));
    expect(headers).toEqual(expect.arrayContaining(Object.keys(tracing)));
    expect(headers).not.toEqual(expect.arrayContaining(['openai-organization']));
    expect(headers).not.toEqual(expect.arrayContaining(['openai-project']));
  });
});

describe('a route to Azure', () => {
  const AZURE = 'https://acme.openai.azure.com/openai/deployments/gpt-4o-mini';

  async function sentTo(asked: string, key: Record<string, string>, route: FetchRoute) {
    const beneath = provider();
    await ttaFetch({ fetch: beneath, routes: { route } })(asked, post(BODY, key));
    const [url, init] = beneath.mock.calls[0] ?? [];
    const headers = new Headers(init?.headers);
    return [String(url), JSON.parse(String(init?.body)).model, headers.get('api-key'), headers.get('authorization')];
  }

  it('names the deployment in the address and in the body', async () => {
    const sent = await sentTo(`${AZURE}/chat/completions?api-version=1`, { 'api-key': 'k' }, { model: 'my gpt-4.1' });
    const url = 'https://acme.openai.azure.com/openai/deployments/my%20gpt-4.1/chat/completions?api-version=1';
    expect(sent).toEqual([url, 'my gpt-4.1', 'k', null]);
  });

  it('takes the deployment, the version and the form of the key from the base address', async () => {
    const baseURL = `${AZURE}?api-version=2`;
    const sent = await sentTo(CHAT, { authorization: 'Bearer mine' }, { baseURL, apiKey: 'azure', model: 'x' });
    expect(sent).toEqual([`${AZURE}/chat/completions?api-version=2`, 'x', 'azure', null]);
  });

  it('may lead away from it, to a server that takes the key as OpenAI does', async () => {
    const route = { baseURL: 'https://api.openai.com/v1/', apiKey: 'sk-1', model: 'gpt-4.1' };
    const [url, ...rest] = await sentTo(`${AZURE}/chat/completions?api-version=1`, { 'api-key': 'k' }, route);
    expect([new URL(String(url)).pathname, ...rest]).toEqual(['/v1/chat/completions', 'gpt-4.1', null, 'Bearer sk-1']);
  });
});

it('a workflow of ones own may put any primitives around the call', async () => {
  const beneath = provider();
  let cache: { getStats(): object } | undefined;
  const asking = ttaFetch({
    fetch: beneath,
    workflow(call) {
      const cached = new CachePrimitive(new RetryPrimitive(call), { operation: 'chat' });
      cache = cached;
      return new TimeoutPrimitive(cached, { timeoutMs: 1_000 });
    },
  });
  for (const url of [CHAT, CHAT, CHAT.replace('api.openai.com', 'gateway.example')]) await asking(url, post(BODY));
  expect(cache?.getStats()).toMatchObject({ hits: 1, misses: 2 });
  expect(asking.workflow.kind).toBe('timeout');
});

it('callers who ask at once, and later, each have a body of their own', async () => {
  const beneath = provider();
  const asking = ttaFetch({ fetch: beneath, cache: {} });
  const together = await Promise.all([1, 2, 3].map(() => asking(CHAT, post(BODY))));
  const answers = await Promise.all([...together, await asking(CHAT, post(BODY))].map((answer) => answer.text()));
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain(TEXT);
  expect(beneath).toHaveBeenCalledTimes(1);
});

describe('a whole answer whose body nothing reads', () => {
  it('holds no place of a limit', async () => {
    const asking = ttaFetch({ fetch: provider(), limit: { key: () => 'all', concurrent: 1 } });
    for (const _time of [1, 2, 3]) expect((await asking(CHAT, post(BODY))).status).toBe(200);
  });

  it('has its report', async () => {
    const { context, report } = withReport();
    await runInContext(context, () => ttaFetch({ fetch: provider() })(CHAT, post(BODY)));
    expect((await report).attempts).toMatchObject([{ outcome: 'answered' }]);
  });

  it('leaves no listener on the signal of its caller', async () => {
    const { signal } = new AbortController();
    const asking = ttaFetch({ fetch: provider(), timeout: { timeoutMs: 1_000 } });
    await runInContext(new WorkflowContext(), () => asking(CHAT, { ...post(BODY), signal }));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('a stream whose caller never reads it', () => {
  it.each<[string, FetchOptions, number]>([
    ['a minute', {}, 60_000],
    [
      'the limit for its silence, if that is longer',
      { timeout: { timeoutMs: 60_000, stream: { idleMs: 90_000 } } },
      90_000,
    ],
  ])('is closed after %s', async (_, options, unreadMs) => {
    const clock = manualClock();
    const cancelled = vi.fn<(reason: unknown) => void>();
    const endless = (): Response =>
      new Response(new ReadableStream({ cancel: cancelled }), { headers: { 'content-type': 'text/event-stream' } });
    const asking = ttaFetch({ ...options, fetch: async () => endless() });
    const body = BODY.replace('{', '{"stream":true,');
    const { body: unread } = await runInContext(new WorkflowContext({ clock }), () => asking(CHAT, post(body)));
    await clock.advance(unreadMs - 1);
    expect(cancelled).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(cancelled).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'ERR_TTA_UNREAD_STREAM' }));
    expect(unread?.locked).toBe(false);
  });
});

describe('options', () => {
  const call = (): Response => new Response();
  it.each<[object, string]>([
    [{ timout: {} }, 'ttaFetch: timout is not an option'],
    [{ timeout: {} }, 'TimeoutPrimitive: timeoutMs must be'],
    [{ cache: { ttlMs: -1 } }, 'CachePrimitive: ttlMs must be'],
    [{ workflow: () => call, retry: {} }, 'ttaFetch: retry has no effect beside workflow'],
    [{ fallback: true }, 'ttaFetch: fallback needs routes'],
    [{ routes: {} }, 'ttaFetch: routes must be an object with at least one route'],
    [{ routes: { a: { baseURL: 'groq' } } }, 'ttaFetch: routes["a"].baseURL must be an http or https address'],
    [{ routes: { a: { apikey: 'k' } } }, 'apikey'],
    [{ unreadMs: 0 }, 'ttaFetch: unreadMs must be a number above 0'],
    [{ tenantId: '' }, 'ttaFetch: tenantId must be a name'],
  ])('%j are refused: %s', (options, sentence) => {
    expect(() => ttaFetch(options)).toThrow(sentence);
  });

  it('never shows a key in a refusal', () => {
    expect(() => ttaFetch({ routes: { a: { headers: ['sk-secret'] as never } } })).toThrow(/^(?!.*sk-secret)/);
  });
});
