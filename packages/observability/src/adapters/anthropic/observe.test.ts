import Anthropic from '@anthropic-ai/sdk';
import { runInContext, withReport } from 'tta-dev-primitives';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../../llm/dialects/__fixtures__/provider.ts';
import { TEXT } from '../__fixtures__/answers.ts';
import { lateOutcome } from '../__fixtures__/late.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import type { FetchOptions } from '../fetch/fetch-options.ts';
import { observe } from './observe.ts';

let provider: LoopbackProvider;

beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

function client(options?: FetchOptions): Anthropic {
  return observe(new Anthropic({ apiKey: 'sk-test', baseURL: provider.url }), options);
}

const ASKED = { model: 'claude-opus-5-5', max_tokens: 99, messages: [{ role: 'user' as const, content: 'Hi' }] };
const WEATHER = { name: 'weather', input_schema: { type: 'object' as const } };

describe('an observed client of Anthropic', () => {
  it('gives messages, streams and their helpers, a hit as a miss', async () => {
    const anthropic = client({ cache: { cacheToolCalls: true }, timeout: { timeoutMs: 60_000 } });
    expect(anthropic).toBeInstanceOf(Anthropic);
    for (const _time of ['miss', 'hit']) {
      const { data, request_id } = await anthropic.messages.create(ASKED).withResponse();
      expect([data.content, data.usage.output_tokens]).toEqual([[{ type: 'text', text: TEXT }], 100]);
      expect(request_id).toBeDefined();
      const called = await anthropic.messages.stream({ ...ASKED, tools: [WEATHER] }).finalMessage();
      expect(called.content[0]).toMatchObject({ type: 'tool_use', input: { city: 'Oslo' } });
      expect(await anthropic.messages.stream(ASKED).finalText()).toBe(TEXT);
      const [left, right] = (await anthropic.messages.create({ ...ASKED, stream: true })).tee();
      expect((await collect(left)).at(-1)).toEqual({ type: 'message_stop' });
      expect((await collect(right)).at(-1)).toEqual({ type: 'message_stop' });
    }
    expect(provider.received).toHaveLength(2);
  });

  it('says in a report what its call has cost', async () => {
    const { context, report } = withReport();
    await runInContext(context, () => client().messages.create(ASKED));
    const { attempts, costUsd } = await report;
    expect(attempts).toMatchObject([{ model: 'claude-opus-5-5', usage: { inputTokens: 1_000, outputTokens: 100 } }]);
    expect(costUsd).toBeGreaterThan(0);
  });

  it('turns what the provider says, and our limits, into its own errors', async () => {
    provider.reply = () => ({
      status: 529,
      headers: { 'x-should-retry': 'false' },
      body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    });
    const overloaded: unknown = await client()
      .messages.create(ASKED)
      .catch((caught: unknown) => caught);
    expect(overloaded).toMatchObject({ status: 529, type: 'overloaded_error' });
    provider.reply = () => ({ fault: 'stall' });
    const anthropic = client({ timeout: { timeoutMs: 50, graceMs: 0 } });
    const late = await lateOutcome(provider, 50, () => anthropic.messages.create(ASKED));
    expect(late).toBeInstanceOf(Anthropic.GatewayTimeoutError);
    expect(late).toMatchObject({ status: 504, type: 'timeout_error', error: { error: { code: 'ERR_TTA_TIMEOUT' } } });
    const patient = client({ timeout: { timeoutMs: 60_000, stream: { idleMs: 50 } } });
    const reading = collect(await patient.messages.create({ ...ASKED, stream: true }));
    await expect(reading).rejects.toMatchObject({ name: 'TimeoutError', phase: 'idle' });
    await provider.last.closed;
    expect(provider.received).toHaveLength(3);
  });

  it('makes no attempts of its own where the workflow does', async () => {
    provider.reply = () => ({ status: 500, body: { type: 'error', error: { type: 'api_error', message: 'no' } } });
    const anthropic = client({ retry: { maxAttempts: 2, backoff: () => 0 } });
    await expect(anthropic.messages.create(ASKED)).rejects.toMatchObject({ status: 500 });
    expect(provider.received).toHaveLength(2);
  });

  it('leaves the count of tokens alone', async () => {
    provider.reply = () => ({ body: { input_tokens: 3 } });
    const anthropic = client({ cache: {} });
    const { messages, model } = ASKED;
    for (const _time of [1, 2])
      expect((await anthropic.messages.countTokens({ messages, model })).input_tokens).toBe(3);
    expect(provider.received).toHaveLength(2);
  });
});
