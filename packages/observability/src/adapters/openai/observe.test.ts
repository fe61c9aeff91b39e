import OpenAI, { AzureOpenAI } from 'openai';
import { runInContext, withReport } from 'tta-dev-primitives';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { collect } from '../../llm/dialects/__fixtures__/provider.ts';
import { TEXT } from '../__fixtures__/answers.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import type { FetchOptions } from '../fetch/fetch-options.ts';
import { observe } from './observe.ts';

let provider: LoopbackProvider;

beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

function client<Name extends string>(options?: FetchOptions<Name>): OpenAI {
  const headers = { 'openai-organization': 'org-1' };
  return observe(new OpenAI({ apiKey: 'sk-test', baseURL: `${provider.url}/v1`, defaultHeaders: headers }), options);
}

const ASKED = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Hi' }] };
const BUSY = { status: 503, body: { error: { message: 'overloaded' } } };

describe('an observed client of OpenAI', () => {
  it('keeps its class, its options and the fetch that it had', async () => {
    class Mine extends OpenAI {}
    const fetch = vi.fn<typeof globalThis.fetch>((input, init) => globalThis.fetch(input, init));
    const mine = observe(new Mine({ apiKey: 'k', baseURL: `${provider.url}/v1`, timeout: 7_000, fetch }));
    expect([mine instanceof Mine, mine.timeout, mine.maxRetries]).toEqual([true, 7_000, 2]);
    await mine.chat.completions.create(ASKED);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('may be a client of Azure', async () => {
    const azure = new AzureOpenAI({ apiKey: 'k', endpoint: provider.url, apiVersion: '2025-01-01', deployment: 'd' });
    const observed = observe(azure, { cache: {} });
    for (const _time of [1, 2]) await observed.chat.completions.create(ASKED);
    expect(provider.received.map(({ path }) => path)).toEqual([
      '/openai/deployments/d/chat/completions?api-version=2025-01-01',
    ]);
  });

  it('of Azure may have routes to other deployments', async () => {
    const azure = new AzureOpenAI({ apiKey: 'k', endpoint: provider.url, apiVersion: '2025-01-01' });
    const routes = { small: { model: 'gpt-4.1-nano' } };
    await observe(azure, { routes }).chat.completions.create(ASKED);
    expect([provider.last.path, provider.last.body['model']]).toEqual([
      '/openai/deployments/gpt-4.1-nano/chat/completions?api-version=2025-01-01',
      'gpt-4.1-nano',
    ]);
  });

  it('refuses what is no client', () => {
    expect(() => observe({} as OpenAI)).toThrow('observe: client must be a client with withOptions');
  });
});

describe('images', () => {
  it('are priced by their tokens, and given again from the cache', async () => {
    const openai = client({ cache: {}, timeout: { timeoutMs: 5_000 } });
    const costUsd = 0.04229; // 10 tokens at $5 and 1,056 at $40 a million
    for (const expected of [
      { attempts: [{ operation: 'generate_content', model: 'gpt-image-1' }], costUsd },
      { attempts: [], savedUsd: costUsd },
    ]) {
      const { context, report } = withReport();
      const { data } = await runInContext(context, () =>
        openai.images.generate({ model: 'gpt-image-1', prompt: 'A cat' }),
      );
      expect(data).toEqual([{ b64_json: 'iVBORw0KGgo=' }]);
      expect(await report).toMatchObject(expected);
    }
  });

  it('are read at their address, when the request names no model', async () => {
    const { context, report } = withReport();
    await runInContext(context, () => client().images.generate({ prompt: 'A cat' }));
    expect(await report).toMatchObject({ attempts: [{ outcome: 'answered' }], costUsd: null });
  });
});

describe('routes', () => {
  const routes = { asked: {}, small: { model: 'gpt-4.1-nano' } };

  it('swap the model alone', async () => {
    await client({ routes, strategy: () => 'small' }).chat.completions.create(ASKED);
    expect(provider.last.text).toBe(JSON.stringify(ASKED).replace('gpt-4o-mini', 'gpt-4.1-nano'));
  });

  it('leave embeddings to the model that was asked for', async () => {
    const openai = client({ routes, strategy: () => 'small' });
    await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'Hi' });
    expect(provider.last.body['model']).toBe('text-embedding-3-small');
  });

  it('leave images to the model that was asked for', async () => {
    await client({ routes, strategy: () => 'small' }).images.generate({ model: 'gpt-image-1', prompt: 'A cat' });
    expect(provider.last.body['model']).toBe('gpt-image-1');
  });

  it('give way to another before the first chunk of a stream', async () => {
    provider.reply = (_, count) => (count === 1 ? BUSY : undefined);
    const { context, report } = withReport();
    const openai = client({ routes, fallback: true });
    const chunks = await runInContext(context, async () =>
      collect(await openai.chat.completions.create({ ...ASKED, stream: true })),
    );
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(TEXT);
    expect((await report).attempts).toMatchObject([
      { model: 'gpt-4o-mini', outcome: 'failed' },
      { model: 'gpt-4.1-nano', outcome: 'answered' },
    ]);
  });

  it('that all fail give the error of the provider, and the client makes no attempts of its own', async () => {
    provider.reply = () => ({ ...BUSY, headers: { 'retry-after': '3' } });
    const openai = client({ routes, fallback: true });
    const error: unknown = await openai.chat.completions.create(ASKED).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect((error as InstanceType<typeof OpenAI.APIError>).headers?.get('retry-after')).toBe('3');
    expect([openai.maxRetries, provider.received.length]).toEqual([0, 2]);
  });

  it('without a fallback leave the retries to the client', async () => {
    provider.reply = (_, count) => (count === 1 ? { ...BUSY, headers: { 'retry-after-ms': '1' } } : undefined);
    const openai = client({ routes, fallback: false });
    await openai.chat.completions.create(ASKED);
    expect([openai.maxRetries, provider.received.length]).toEqual([2, 2]);
  });

  it('go to another server with its own key, and take no key or account there', async () => {
    await using other = await LoopbackProvider.start();
    const baseURL = `${other.url}/openai/v1`;
    for (const apiKey of ['sk-other', undefined]) {
      const elsewhere = { model: 'llama-3.3-70b', baseURL, apiKey, headers: { 'x-own': '1' } };
      await client({ routes: { elsewhere } }).chat.completions.create(ASKED);
    }
    expect(other.received.map(({ path, headers }) => [path, headers.authorization, headers['x-own']])).toEqual([
      ['/openai/v1/chat/completions', 'Bearer sk-other', '1'],
      ['/openai/v1/chat/completions', undefined, '1'],
    ]);
    expect(JSON.stringify(other.received.map(({ headers }) => headers))).not.toMatch(/sk-test|org-1/);
  });

  it('count a saving against the model that was asked for', async () => {
    const { context, report } = withReport();
    const openai = client({ routes, strategy: () => 'small', baseline: 'asked' });
    await runInContext(context, () => openai.chat.completions.create({ ...ASKED, model: 'gpt-4o' }));
    const { costUsd, savedUsd } = await report;
    expect([costUsd, savedUsd]).toEqual([expect.closeTo(0.00014), expect.closeTo(0.0035 - 0.00014)]);
  });

  it('count a saving against a baseline', async () => {
    const { context, report } = withReport();
    const priced = { large: { model: 'gpt-4o' }, small: { model: 'gpt-4o-mini' } };
    const openai = client({ routes: priced, strategy: () => 'small', baseline: 'large' });
    await runInContext(context, () => openai.chat.completions.create(ASKED));
    const { route, costUsd, savedUsd } = await report;
    expect(route).toBe('small');
    expect((costUsd ?? 0) + (savedUsd ?? 0)).toBeCloseTo(0.0035, 10);
  });
});
