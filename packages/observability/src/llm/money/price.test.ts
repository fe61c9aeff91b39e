import { describe, expect, it } from 'vitest';
import type { Cost } from './cost.ts';
import { priceOf } from './price.ts';
import type { PriceSource } from './price-source.ts';

const small = { inputTokens: 1_000, outputTokens: 100 };
const usd = (cost: Cost | null): number | undefined => cost?.totalUsd;

describe('priceOf', () => {
  it('prices input and output, and says whose price it used', () => {
    const cost = priceOf(small, 'gpt-4o-mini-2024-07-18');
    expect(cost).toMatchObject({ model: 'gpt-4o-mini', provider: 'openai' });
    expect(cost?.inputUsd).toBeCloseTo(0.00015, 12);
    expect(cost?.outputUsd).toBeCloseTo(0.00006, 12);
    expect(cost?.totalUsd).toBeCloseTo(0.00021, 12);
  });

  it.each([
    ['a model that is not listed', 'my-own-model', undefined],
    ['a listed model at a provider that does not serve it', 'gpt-4o', 'anthropic'],
    ['a listed model at an unknown provider', 'gpt-4o', 'acme'],
    ['an empty name', '', undefined],
    ['__proto__', '__proto__', undefined],
    ['a model that is listed by the hour of audio', 'whisper-1', 'openai'],
    ['a model that is listed without any rate', 'moderation', 'openai'],
  ])('gives null, never 0, for %s', (_, model, provider) => {
    expect(priceOf(small, model, { provider })).toBeNull();
  });

  it.each([
    ['openai/gpt-4o', 'gateway', 'gpt-4o', 'openai'],
    ['anthropic/claude-sonnet-4.5', 'vercel', 'claude-sonnet-4-5', 'anthropic'],
    ['meta-llama/Llama-3.3-70B-Instruct-Turbo', 'togetherai', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', 'together'],
    ['openai/gpt-oss-120b:groq', 'huggingface', 'openai/gpt-oss-120b', 'huggingface_groq'],
  ])('prices %s at %s as %s at %s', (model, provider, listed, maker) => {
    const cost = priceOf(small, model, { provider });
    expect(cost).not.toBeNull();
    expect(cost?.totalUsd).toBe(usd(priceOf(small, listed, { provider: maker })));
  });

  it.each(['gpt-4o', 'acme/gpt-4o', 'vercel/openai/gpt-4o', '/gpt-4o'])('gives null for %s at a gateway', (model) => {
    expect(priceOf(small, model, { provider: 'gateway' })).toBeNull();
  });

  it.each(['openai/gpt-oss-120b', 'openai/gpt-oss-120b:cheapest', 'gpt-4o'])(
    'gives null for %s at Hugging Face, because who serves it is unknown',
    (model) => {
      expect(priceOf(small, model, { provider: 'huggingface' })).toBeNull();
    },
  );

  it('uses the lower tier of a long-context price for a small prompt, and the upper one for a million tokens', () => {
    const perToken = (inputTokens: number): number =>
      (priceOf({ inputTokens, outputTokens: 0 }, 'gemini-2.5-pro', { provider: 'google' })?.inputUsd ?? 0) /
      inputTokens;
    expect(perToken(1_000)).toBeCloseTo(1.25e-6, 12);
    expect(perToken(1_000_000)).toBeCloseTo(2.5e-6, 12);
  });

  it('takes cached tokens as a part of the input, at their own rate', () => {
    const uncached = usd(priceOf({ inputTokens: 1_000, outputTokens: 0 }, 'gpt-5.5'));
    const cached = usd(priceOf({ inputTokens: 1_000, cacheReadTokens: 900, outputTokens: 0 }, 'gpt-5.5'));
    expect(uncached).toBeCloseTo(0.005, 12);
    expect(cached).toBeCloseTo(100 * 5e-6 + 900 * 0.5e-6, 12);
  });

  it('charges what is kept in the prompt cache for an hour at its higher rate', () => {
    const written = { inputTokens: 1_000, outputTokens: 0, cacheWriteTokens: 1_000 };
    const query = { provider: 'anthropic' };
    expect(usd(priceOf(written, 'claude-sonnet-4-6', query))).toBeCloseTo(0.00375, 12);
    expect(usd(priceOf({ ...written, cacheWrite1hTokens: 1_000 }, 'claude-sonnet-4-6', query))).toBeCloseTo(0.006, 12);
  });

  it('does not charge reasoning twice', () => {
    expect(priceOf({ ...small, reasoningTokens: 90 }, 'o1-mini')).toEqual(priceOf(small, 'o1-mini'));
  });

  it('gives null for audio where only the rate of text is known', () => {
    const spoken = { inputTokens: 1_000, inputAudioTokens: 500, outputTokens: 10, outputAudioTokens: 5 };
    expect(priceOf(spoken, 'gpt-4o-audio-preview', { provider: 'openai' })).toBeNull();
    expect(priceOf({ ...spoken, inputAudioTokens: 0, outputAudioTokens: 0 }, 'gpt-4o-audio-preview')).not.toBeNull();
  });

  it('finds mixtral by its provider: the name alone gives the price of another one, or none', () => {
    expect(priceOf(small, 'mixtral-8x7b-32768', { provider: 'groq' })?.inputUsd).toBeCloseTo(0.00024, 12);
    expect(priceOf(small, 'mixtral-8x7b-32768')).toMatchObject({ provider: 'mistral', inputUsd: 0.0007 });
    const atTogether = 'mistralai/Mixtral-8x7B-Instruct-v0.1';
    expect(priceOf(small, atTogether, { provider: 'together' })?.inputUsd).toBeCloseTo(0.0009, 12);
  });

  it.each([
    ['azure.ai.openai', 'gpt-4o', 'azure'],
    ['gcp.gemini', 'gemini-2.5-pro', 'google'],
    ['x_ai', 'grok-4', 'x-ai'],
    ['mistral_ai', 'mistral-large-latest', 'mistral'],
  ])('knows the provider that OpenTelemetry calls %s', (provider, model, listed) => {
    expect(priceOf(small, model, { provider })?.provider).toBe(listed);
  });

  it('still prices models that are no longer sold', () => {
    expect(usd(priceOf(small, 'gemini-1.5-flash'))).toBeCloseTo(0.000105, 12);
  });

  it('uses the price of the day, and of the hour', () => {
    const at = (instant: string, model: string): number | undefined =>
      usd(priceOf(small, model, { at: new Date(instant) }));
    expect(at('2025-05-01T00:00:00Z', 'o3')).toBeCloseTo(0.014, 12);
    expect(at('2026-05-01T00:00:00Z', 'o3')).toBeCloseTo(0.0028, 12);
    expect(at('2025-07-01T10:00:00Z', 'deepseek-chat')).toBeCloseTo(0.00038, 12);
    expect(at('2025-07-01T18:00:00Z', 'deepseek-chat')).toBeCloseTo(0.00019, 12);
  });

  it.each([
    ['more cached tokens than input', { inputTokens: 100, cacheReadTokens: 900, outputTokens: 0 }],
    ['a usage that counts nothing', { inputTokens: 0, outputTokens: 0 }],
    ['negative tokens', { inputTokens: -1, outputTokens: 0 }],
    ['tokens that are no number', { inputTokens: Number.NaN, outputTokens: 0 }],
  ])('gives null for %s', (_, usage) => {
    expect(priceOf(usage, 'gpt-5.5')).toBeNull();
  });

  it('gives null for an invalid date', () => {
    expect(priceOf(small, 'o3', { at: new Date(Number.NaN) })).toBeNull();
  });

  it('asks the given source, with the provider and the instant', () => {
    const asked: unknown[] = [];
    const prices: PriceSource = {
      price: (...question) => {
        asked.push(question);
        return null;
      },
    };
    const at = new Date(0);
    expect(priceOf(small, 'gpt-4o', { prices, provider: 'openai', at })).toBeNull();
    expect(asked).toEqual([[small, 'gpt-4o', { provider: 'openai', at }]]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no network');
      },
    ],
    [
      'answers with no money',
      () => ({ inputUsd: Number.NaN, outputUsd: 0, totalUsd: Number.NaN, model: 'm', provider: 'p' }),
    ],
    [
      'answers with a total that is not the sum of its parts',
      () => ({ inputUsd: 1, outputUsd: 1, totalUsd: 1, model: 'm', provider: 'p' }),
    ],
    ['answers with less than nothing', () => ({ inputUsd: -1, outputUsd: 0, totalUsd: -1, model: 'm', provider: 'p' })],
    ['answers with nothing', () => undefined as unknown as null],
  ])('gives null for a source that %s', (_, price) => {
    expect(priceOf(small, 'gpt-4o', { prices: { price } })).toBeNull();
  });
});
