import { Readable } from 'node:stream';
import OpenAI from 'openai';
import { runInContext, withReport } from 'tta-dev-primitives';
import { Agent, fetch as fetchOfUndici } from 'undici';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { TEXT } from '../__fixtures__/answers.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import { ttaFetch } from './index.ts';
import { ownResponse } from './own-response.ts';

let provider: LoopbackProvider;
beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

/** Sends through an agent, as through a proxy, and answers with a class of its own. */
const ofUndici = ((url: string, init: object) =>
  fetchOfUndici(url, { ...init, dispatcher: new Agent() })) as unknown as typeof fetch;

/** Answers with a record whose body is a stream of Node.js, as the class of `node-fetch` has it. */
const ofNode = (async (url: string, init: RequestInit) => {
  const { status, statusText, headers, body } = await fetch(url, init);
  return { status, statusText, headers, url, ok: status < 300, body: body && Readable.fromWeb(body as never) };
}) as unknown as typeof fetch;

const ASKED = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Hi' }] };

it.each([
  ['undici', ofUndici],
  ['a fetch with streams of Node.js', ofNode],
])('reads the responses of %s, whole and streamed, a hit as a miss', async (_name, fetch) => {
  const through = ttaFetch({ fetch, cache: {}, timeout: { timeoutMs: 5_000 } });
  const openai = new OpenAI({ apiKey: 'k', baseURL: `${provider.url}/v1`, fetch: through, maxRetries: 0 });
  for (const outcome of ['miss', 'hit']) {
    const whole = withReport();
    const { choices } = await runInContext(whole.context, () => openai.chat.completions.create(ASKED));
    expect(choices[0]?.message.content).toBe(TEXT);
    const { cacheOutcome, costUsd } = await whole.report;
    expect([cacheOutcome, (costUsd ?? 0) > 0]).toEqual([outcome, outcome === 'miss']);
    expect(await openai.chat.completions.stream({ ...ASKED, seed: 1 }).finalContent()).toBe(TEXT);
  }
  expect(provider.received).toHaveLength(2);
});

it.each([
  ['undici', ofUndici],
  ['a fetch with streams of Node.js', ofNode],
])('closes the connection of %s when the caller aborts', async (_name, fetch) => {
  provider.reply = () => ({ fault: 'stall' });
  const controller = new AbortController();
  const response = await ttaFetch({ fetch, timeout: { timeoutMs: 5_000 } })(`${provider.url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ ...ASKED, stream: true }),
    signal: controller.signal,
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  controller.abort();
  await expect(reader.read()).rejects.toMatchObject({ name: 'AbortError' });
  await provider.last.closed;
});

it.each([
  [undefined, 'what fetch gives must be a Response, but it is undefined'],
  [{ status: 200, headers: {}, body: 'a text' }, 'the body of what fetch gives must be a ReadableStream'],
])('answers with a sentence where fetch gives %o', async (given, sentence) => {
  const broken = (async () => given) as unknown as typeof fetch;
  const response = await ttaFetch({ fetch: broken })(`${provider.url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(ASKED),
  });
  expect(await response.text()).toContain(sentence);
});

it('takes the responses that have no body, whose class may show an empty one', () => {
  const empty = { status: 204, headers: [], body: Readable.from([]) } as unknown as Response;
  const { status, body } = ownResponse(empty);
  expect([status, body]).toEqual([204, null]);
});

it('keeps the address of a response', async () => {
  const url = `${provider.url}/v1/chat/completions`;
  const answer = await ofNode(url, { method: 'POST', body: JSON.stringify(ASKED) });
  expect(ownResponse(answer).url).toBe(url);
});
