import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BilledCall, Fault } from './model.ts';
import { type Provider, startProvider } from './server.ts';

const faults = new Map<string, Fault>();
let bill: BilledCall[] = [];
/** The prompts of all requests that have arrived. */
let arrived: string[] = [];
let provider: Provider;
let client: OpenAI;

const messages = (content: string): [{ role: 'user'; content: string }] => [{ role: 'user', content }];

beforeEach(async () => {
  bill = [];
  arrived = [];
  faults.clear();
  provider = await startProvider({
    models: [
      { name: 'quick', firstTokenMs: 5, tokensPerSecond: 20_000 },
      { name: 'slow', firstTokenMs: 60_000, tokensPerSecond: 1 },
    ],
    answerOf: (model, prompt) => ({
      inputTokens: prompt.length,
      outputTokens: model === 'quick' ? 40 : 1_000,
      extracted: prompt === 'how many?' ? '18' : undefined,
    }),
    faultOf(prompt) {
      arrived.push(prompt);
      return faults.get(prompt);
    },
    onCall: (call) => bill.push(call),
  });
  client = new OpenAI({ baseURL: provider.url, apiKey: 'none', maxRetries: 0, logLevel: 'off' });
});

afterEach(() => provider.close());

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function until(condition: () => boolean): Promise<void> {
  await expect.poll(condition, { interval: 2 }).toBe(true);
}

describe('a whole answer', () => {
  it('has the model, the text and the usage that were planned', async () => {
    const answer = await client.chat.completions.create({ model: 'quick', messages: messages('hello') });
    expect(answer).toMatchObject({
      object: 'chat.completion',
      model: 'quick',
      choices: [{ finish_reason: 'stop', message: { role: 'assistant' } }],
      usage: { prompt_tokens: 5, completion_tokens: 40, total_tokens: 45 },
    });
    expect(answer.choices[0]?.message.content?.split(' ')).toHaveLength(40);
    expect(bill).toEqual([{ model: 'quick', prompt: 'hello', inputTokens: 5, outputTokens: 40, ending: 'completed' }]);
  });

  it('ends in the answer that was extracted from a recorded one, and costs no more for that', async () => {
    const asked = { model: 'quick', messages: messages('how many?') };
    const whole = await client.chat.completions.create(asked);
    const chunks = await collected(await client.chat.completions.create({ ...asked, stream: true }));
    const streamed = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(whole.choices[0]?.message.content).toMatch(/[a-z]\nAnswer: 18$/);
    expect(streamed).toBe(whole.choices[0]?.message.content);
    expect(whole.usage?.completion_tokens).toBe(40);
  });

  it('answers what the parts of the last message say', async () => {
    const content = [
      { type: 'text' as const, text: 'hel' },
      { type: 'text' as const, text: 'lo' },
    ];
    await client.chat.completions.create({ model: 'quick', messages: [{ role: 'user', content }] });
    expect(bill[0]?.prompt).toBe('hello');
  });
});

describe('a stream', () => {
  it('gives the text in parts, then the reason for its end, then the usage if that was asked for', async () => {
    const stream = await client.chat.completions.create({
      model: 'quick',
      messages: messages('hello'),
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collected(stream);
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    expect(chunks.length).toBeGreaterThan(3);
    expect(text.split(' ')).toHaveLength(40);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 40 } });
  });

  it('tells no usage unless it was asked for', async () => {
    const stream = await client.chat.completions.create({ model: 'quick', messages: messages('hello'), stream: true });
    const chunks = await collected(stream);
    expect(chunks.every(({ usage }) => usage === undefined)).toBe(true);
    expect(bill[0]?.ending).toBe('completed');
  });

  it('is the same text as the whole answer', async () => {
    const whole = await client.chat.completions.create({ model: 'quick', messages: messages('hello') });
    const stream = await client.chat.completions.create({ model: 'quick', messages: messages('hello'), stream: true });
    const parts = (await collected(stream)).map((chunk) => chunk.choices[0]?.delta.content ?? '');
    expect(parts.join('')).toBe(whole.choices[0]?.message.content);
  });

  it('stalls after as many parts as the fault says, and is billed for those', async () => {
    faults.set('stall', { kind: 'stall', afterChunks: 2 });
    const leaving = new AbortController();
    const stream = await client.chat.completions.create(
      { model: 'quick', messages: messages('stall'), stream: true },
      { signal: leaving.signal },
    );
    const chunks: unknown[] = [];
    for await (const chunk of stream) {
      chunks.push(chunk);
      if (chunks.length === 2) setTimeout(() => leaving.abort(), 20);
    }
    await until(() => bill.length === 1);
    expect(chunks).toHaveLength(2);
    expect(bill[0]).toMatchObject({ ending: 'left', inputTokens: 5, outputTokens: 16 });
  });
});

describe('a client that leaves', () => {
  it('stops the work and is billed for the input and for what was written by then', async () => {
    const leaving = new AbortController();
    const answer = client.chat.completions.create(
      { model: 'slow', messages: messages('hello') },
      { signal: leaving.signal },
    );
    answer.catch(() => {}); // looked at below
    await until(() => arrived.length === 1);
    leaving.abort();
    await expect(answer).rejects.toThrow(OpenAI.APIUserAbortError);
    await until(() => bill.length === 1);
    expect(bill[0]).toEqual({ model: 'slow', prompt: 'hello', inputTokens: 5, outputTokens: 0, ending: 'left' });
  });

  it('is billed before close() is over', async () => {
    const answer = client.chat.completions.create({ model: 'slow', messages: messages('hello') }).catch(() => {});
    await until(() => arrived.length === 1);
    await provider.close();
    expect(bill).toMatchObject([{ ending: 'left' }]);
    await answer;
  });
});

describe('faults', () => {
  it.each([429, 500] as const)('refuses with status %i and bills nothing', async (status) => {
    faults.set('hello', { kind: 'error', status });
    const error = await client.chat.completions
      .create({ model: 'quick', messages: messages('hello') })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ status });
    expect(bill).toMatchObject([{ ending: 'failed', inputTokens: 0, outputTokens: 0 }]);
  });

  it('tells how long to wait after too many requests', async () => {
    faults.set('hello', { kind: 'error', status: 429 });
    const error = await client.chat.completions
      .create({ model: 'quick', messages: messages('hello') })
      .catch((thrown: unknown) => thrown as InstanceType<typeof OpenAI.RateLimitError>);
    expect((error as InstanceType<typeof OpenAI.RateLimitError>).headers.get('retry-after')).toBe('1');
  });

  it.each([false, true])('hangs until the client leaves (streamed: %s)', async (stream) => {
    faults.set('hello', { kind: 'hang' });
    const leaving = new AbortController();
    const answer = client.chat.completions
      .create({ model: 'quick', messages: messages('hello'), stream }, { signal: leaving.signal })
      .then(async (whole) => (Symbol.asyncIterator in whole ? await collected(whole) : whole));
    setTimeout(() => leaving.abort(), 100);
    await Promise.allSettled([answer]);
    await until(() => bill.length === 1);
    expect(bill[0]).toMatchObject({ ending: 'left', inputTokens: 5, outputTokens: 0 });
  });

  it('answers late but completely', async () => {
    faults.set('hello', { kind: 'late', afterMs: 120 });
    const startedAt = performance.now();
    await client.chat.completions.create({ model: 'quick', messages: messages('hello') });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(119);
    expect(bill).toMatchObject([{ ending: 'completed', outputTokens: 40 }]);
  });
});

describe('what is not a request for an answer', () => {
  it('lists its models', async () => {
    const page = await client.models.list();
    expect(page.data.map(({ id }) => id)).toEqual(['quick', 'slow']);
  });

  it('knows no other model', async () => {
    const answer = client.chat.completions.create({ model: 'other', messages: messages('hello') });
    await expect(answer).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });

  it.each([
    ['a body that is not JSON', 'nonsense', 400],
    ['a body that is not an object', 'null', 400],
    ['no model', '{"messages":[{"content":"x"}]}', 400],
    ['no message', '{"model":"quick","messages":[]}', 400],
    ['messages that are not a list', '{"model":"quick","messages":"x"}', 400],
    ['a body beyond all measure', `{"pad":"${'x'.repeat(9 * 2 ** 20)}"}`, 413],
  ])('refuses %s', async (_, body, status) => {
    const response = await fetch(`${provider.url}/chat/completions`, { method: 'POST', body });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });

  it('refuses another path', async () => {
    expect((await fetch(`${provider.url}/embeddings`, { method: 'POST' })).status).toBe(404);
  });
});
