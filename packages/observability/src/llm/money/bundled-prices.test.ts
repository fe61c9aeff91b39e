import { describe, expect, it } from 'vitest';
import { priceOf } from './price.ts';
import type { Usage } from './usage.ts';

/** With a million tokens of each part, a price is the sum of its rates. */
const M = 1e6;

interface Priced {
  readonly usage: Usage;
  readonly model: string;
  readonly provider?: string;
  readonly at?: string;
}

function totalOf({ usage, model, provider, at }: Priced): number | null {
  return priceOf(usage, model, { provider, at: at === undefined ? undefined : new Date(at) })?.totalUsd ?? null;
}

function expectTotal(priced: Priced, usd: number | null): void {
  if (usd === null) expect(totalOf(priced)).toBeNull();
  else expect(totalOf(priced)).toBeCloseTo(usd, 10);
}

const small: Usage = { inputTokens: 1_000, outputTokens: 100 };
const claude = 'claude-opus-4-8';

describe('bundled prices of sounds and images', () => {
  it.each<[string, Usage, string, number | null]>([
    [
      'cached audio at its own rate',
      {
        inputTokens: 2_000,
        inputAudioTokens: 1_900,
        cacheReadTokens: 1_500,
        cacheReadAudioTokens: 1_500,
        outputTokens: 50,
      },
      'gemini-2.5-flash',
      (100 * 0.3 + 400 * 1 + 1_500 * 0.1 + 50 * 2.5) / M,
    ],
    [
      'cached input with an unknown share of audio: unknown',
      { inputTokens: 2_000, inputAudioTokens: 1_900, cacheReadTokens: 1_500, outputTokens: 50 },
      'gemini-2.5-flash',
      null,
    ],
    [
      'cached input that may be audio or text: unknown',
      { inputTokens: 2_000, inputAudioTokens: 500, cacheReadTokens: 400, outputTokens: 50 },
      'gemini-2.5-flash',
      null,
    ],
    [
      'cached input that can only be audio',
      { inputTokens: 1_000, inputAudioTokens: 1_000, cacheReadTokens: 400, outputTokens: 0 },
      'gemini-2.5-flash',
      (600 * 1 + 400 * 0.1) / M,
    ],
    [
      'audio for a model with one rate for all that goes in',
      { inputTokens: 1_000, inputAudioTokens: 900, outputTokens: 0 },
      'gemini-2.5-pro',
      (1_000 * 1.25) / M,
    ],
    [
      'images that a model only looks at, as text',
      { inputTokens: 1_000, inputImageTokens: 900, outputTokens: 0 },
      'gemini-2.5-flash',
      (1_000 * 0.3) / M,
    ],
    [
      'images that a realtime model looks at',
      { inputTokens: 1_200, inputAudioTokens: 0, inputImageTokens: 1_000, outputTokens: 116, outputAudioTokens: 0 },
      'gpt-realtime',
      (200 * 4 + 1_000 * 5 + 116 * 16) / M,
    ],
    [
      'images made beside text',
      { inputTokens: 30, outputTokens: 1_302, outputImageTokens: 1_290 },
      'gemini-2.5-flash-image',
      (30 * 0.3 + 1_290 * 30 + 12 * 2.5) / M,
    ],
    [
      'images made from images',
      {
        inputTokens: 1_800,
        inputImageTokens: 1_740,
        outputTokens: 1_056,
        outputImageTokens: 1_056,
        cacheReadTokens: 0,
      },
      'gpt-image-1.5',
      (60 * 5 + 1_740 * 8 + 1_056 * 32) / M,
    ],
    [
      'images by a model whose only rate of output is that of images',
      { inputTokens: 60, inputImageTokens: 0, outputTokens: 1_056, outputImageTokens: 1_056 },
      'gpt-image-1',
      (60 * 5 + 1_056 * 40) / M,
    ],
    [
      'text by a model whose only rate of output is that of images: unknown',
      { inputTokens: 60, inputImageTokens: 0, outputTokens: 1_056, outputImageTokens: 1_000 },
      'gpt-image-1',
      null,
    ],
    [
      'output of an image model without saying how much is image: unknown',
      { inputTokens: 50, outputTokens: 1_056 },
      'gpt-image-1.5',
      null,
    ],
    ['the same for one without a rate of images', { inputTokens: 50, outputTokens: 1_056 }, 'gpt-5-image', null],
    [
      'speech by a model that makes nothing else',
      { inputTokens: 20, outputTokens: 500, outputAudioTokens: 500 },
      'gemini-2.5-flash-preview-tts',
      (20 * 0.5 + 500 * 10) / M,
    ],
    ['output of a speaking model without saying how much is speech: unknown', small, 'gpt-audio', null],
    ['input of a listening model without saying how much is speech: unknown', small, 'gpt-4o-mini-transcribe', null],
    [
      'speech in both directions',
      { inputTokens: 400, inputAudioTokens: 400, outputTokens: 250, outputAudioTokens: 250 },
      'gemini-live-2.5-flash-preview',
      (400 * 3 + 250 * 12) / M,
    ],
  ])('count %s', (_, usage, model, usd) => {
    expectTotal({ usage, model }, usd);
  });
});

describe('bundled prices of cached input', () => {
  const written: Usage = { inputTokens: 8_100, cacheWriteTokens: 8_000, cacheWrite1hTokens: 8_000, outputTokens: 10 };

  it.each<[string, string, string, number]>([
    [
      'Bedrock',
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'aws.bedrock',
      (100 * 3.3 + 8_000 * 6.6 + 10 * 16.5) / M,
    ],
    ['Vertex', 'claude-sonnet-4-5@20250929', 'gcp.vertex_ai', (100 * 3 + 8_000 * 6 + 10 * 15) / M],
    ['OpenRouter', 'anthropic/claude-sonnet-4.6', 'openrouter', (100 * 3 + 8_000 * 6 + 10 * 15) / M],
  ])(
    'charge what Claude keeps for an hour at twice the input at %s, where no rate is listed',
    (_, model, provider, usd) => {
      expectTotal({ usage: written, model, provider }, usd);
    },
  );

  it('are unknown where no rate is listed: never those of input that is not cached', () => {
    const read = { inputTokens: 5_000, cacheReadTokens: 4_000, outputTokens: 10 };
    expectTotal({ usage: read, model: 'o3-pro' }, null);
    expectTotal({ usage: { ...read, cacheReadTokens: 0 }, model: 'o3-pro' }, (5_000 * 20 + 10 * 80) / M);
    expectTotal({ usage: { ...read, cacheReadTokens: 0, cacheWriteTokens: 100 }, model: 'gpt-4o' }, null);
  });

  it('are those of the provider if a reseller charges its price and lists no others', () => {
    const usage = { inputTokens: 9_000, cacheReadTokens: 7_000, outputTokens: 100 };
    const usd = (2_000 * 2.5 + 7_000 * 1.25 + 100 * 10) / M;
    expectTotal({ usage, model: 'openai/gpt-4o', provider: 'openrouter' }, usd);
    expectTotal({ usage, model: 'deepseek/deepseek-chat-v3-0324', provider: 'openrouter' }, null);
  });

  it.each<[string, Usage]>([
    ['more kept for an hour than written', { ...written, cacheWriteTokens: 10 }],
    [
      'more cached audio than cached',
      { inputTokens: 9, cacheReadTokens: 1, cacheReadAudioTokens: 2, inputAudioTokens: 3, outputTokens: 0 },
    ],
    ['more reasoning than output', { inputTokens: 9, outputTokens: 1, reasoningTokens: 2 }],
  ])('are unknown for %s', (_, usage) => {
    expectTotal({ usage, model: 'gemini-2.5-flash' }, null);
    expectTotal({ usage, model: claude }, null);
  });
});

describe('bundled prices of service tiers', () => {
  const cached: Usage = { inputTokens: 3_000, cacheReadTokens: 1_024, outputTokens: 500 };

  it.each<[string, string, string | undefined, Usage, number | null]>([
    ['batch', 'claude-sonnet-4-6', undefined, { inputTokens: 10_000, outputTokens: 2_000 }, 0.03],
    ['flex', 'gpt-5-mini', undefined, { inputTokens: 4_000, outputTokens: 900 }, 0.0014],
    ['flex', 'gemini-2.5-flash', undefined, { inputTokens: 10_000, outputTokens: 1_000 }, 0.00275],
    ['flex', 'gemini-2.5-flash', undefined, cached, null],
    ['priority', 'gpt-5', undefined, cached, (1_976 * 2.5 + 1_024 * 0.25 + 500 * 20) / M],
    ['priority', 'gpt-4o', 'azure', small, (1_000 * 4.25 + 100 * 17) / M],
    ['priority', 'gpt-5.5', undefined, { inputTokens: 300_000, outputTokens: 100 }, null],
    ['priority', 'gpt-5-nano', undefined, small, null],
    ['priority', claude, undefined, small, null],
    ['fast', claude, undefined, small, (1_000 * 10 + 100 * 50) / M],
    ['fast', 'claude-opus-4-6', undefined, small, (1_000 * 30 + 100 * 150) / M],
    ['batch_fast', claude, undefined, small, null],
    ['batch', 'gpt-4o', undefined, small, (1_000 * 1.25 + 100 * 5) / M],
    ['batch', 'gpt-4o', undefined, { ...small, cacheReadTokens: 10 }, null],
    ['scale', 'gpt-4o', undefined, small, null],
    ['provisioned_throughput', 'gemini-2.5-flash', undefined, small, null],
    ['default', 'gpt-4o', undefined, small, (1_000 * 2.5 + 100 * 10) / M],
    ['on_demand', 'gpt-4o', undefined, small, (1_000 * 2.5 + 100 * 10) / M],
  ])('know what %s costs for %s at %s, or that it is unknown', (serviceTier, model, provider, usage, usd) => {
    expectTotal({ usage: { ...usage, serviceTier }, model, ...(provider !== undefined && { provider }) }, usd);
  });

  it('add a tenth for inference in the US, on top of other factors, and know no other region', () => {
    const usage = { inputTokens: 15_000, cacheReadTokens: 5_000, outputTokens: 2_000, inferenceRegion: 'us' };
    expectTotal({ usage, model: 'claude-opus-4-6' }, 0.11275);
    expectTotal({ usage: { ...usage, serviceTier: 'batch' }, model: 'claude-opus-4-6' }, 0.056375);
    expectTotal({ usage: { ...usage, inferenceRegion: 'eu' }, model: 'claude-opus-4-6' }, null);
    expectTotal({ usage: { ...usage, inferenceRegion: 'us' }, model: 'gpt-4o' }, null);
  });
});

describe('bundled prices of fees', () => {
  it.each<[string, string, string | undefined, Readonly<Record<string, number>>, number | null]>([
    ['a search by Claude', 'claude-sonnet-4-6', undefined, { web_search: 2 }, 0.02],
    ['a fetch by Claude, which is free', 'claude-sonnet-4-6', undefined, { web_fetch: 9 }, 0],
    ['code run by Claude: unknown', 'claude-sonnet-4-6', undefined, { code_execution: 1 }, null],
    ['a search of files and one of the web', 'gpt-5', undefined, { file_search: 2, web_search: 1 }, 0.015],
    ['a tool that is not listed: unknown', 'gpt-5', undefined, { file_search: 2, paint: 1 }, null],
    ['a search at a provider that borrows the entry of the model: unknown', 'gpt-5', 'azure', { web_search: 1 }, null],
    ['queries of Gemini 3', 'gemini-3.1-pro-preview', undefined, { google_search: 2 }, 0.028],
    [
      'a grounded request of Gemini 2.5, for any number of queries',
      'gemini-2.5-flash',
      undefined,
      { google_search: 3 },
      0.035,
    ],
    ['a request that looked at maps', 'gemini-2.5-flash', undefined, { google_maps: 2 }, 0.025],
    ['maps of Gemini 3: unknown', 'gemini-3.1-pro-preview', undefined, { google_maps: 1 }, null],
    ['the older search by a model that does not reason', 'gpt-4o', undefined, { web_search_preview: 2 }, 0.05],
    ['the older search by a model that reasons', 'gpt-5', undefined, { web_search_preview: 2 }, 0.02],
    ['a search with a block of tokens that nothing counts: unknown', 'gpt-4o-mini', undefined, { web_search: 1 }, null],
    ['a container for code, of a size that nothing states: unknown', 'gpt-5', undefined, { code_interpreter: 1 }, null],
    ['tools of xAI', 'grok-4', 'x_ai', { web_search: 1, x_search: 1, collections_search: 2 }, 0.015],
    ['a tool that was not called', 'gpt-5', undefined, { paint: 0 }, 0],
    ['a name that every object inherits: unknown', 'gpt-5', undefined, { toString: 1 }, null],
  ])('count %s', (_, model, provider, toolCalls, feesUsd) => {
    const tokens = priceOf(small, model, { provider });
    const cost = priceOf({ ...small, toolCalls }, model, { provider });
    if (feesUsd === null) return expect(cost).toBeNull();
    expect(cost?.toolsUsd ?? 0).toBeCloseTo(feesUsd, 12);
    return expect(cost?.totalUsd).toBeCloseTo((tokens?.totalUsd ?? Number.NaN) + feesUsd, 12);
  });

  it('are not discounted by a tier', () => {
    const batch = { ...small, serviceTier: 'batch', toolCalls: { web_search: 1 } };
    expect(priceOf(batch, 'claude-sonnet-4-6')?.toolsUsd).toBeCloseTo(0.01, 12);
  });

  it.each([
    [undefined, 0.005],
    ['low', 0.005],
    ['medium', 0.008],
    ['high', 0.012],
    ['endless', null],
  ] as const)('count the fee of a request that searches the web: %s', (searchContextSize, feeUsd) => {
    const usage = { inputTokens: 20, outputTokens: 300, searchContextSize };
    const cost = priceOf(usage, 'sonar', { provider: 'perplexity' });
    if (feeUsd === null) return expect(cost).toBeNull();
    expect(cost?.otherUsd).toBeCloseTo(feeUsd, 12);
    return expect(cost?.totalUsd).toBeCloseTo(0.00032 + feeUsd, 12);
  });

  it.each(['sonar-deep-research'])('are unknown for %s, which charges for what a usage does not count', (model) => {
    expectTotal({ usage: small, model, provider: 'perplexity' }, null);
  });
});

describe('bundled prices by name, size and date', () => {
  it.each<[string, string | undefined, string]>([
    ['models/gemini-2.5-pro', undefined, 'google'],
    ['publishers/google/models/gemini-2.5-pro', 'gcp.vertex_ai', 'google'],
    ['projects/p/locations/us-east1/publishers/google/models/gemini-2.5-pro', undefined, 'google'],
    ['text-embedding-3-small', undefined, 'openai'],
    ['embed-v4.0', undefined, 'cohere'],
    ['sonar', undefined, 'perplexity'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', undefined, 'aws'],
    ['amazon.nova-lite-v1:0', undefined, 'aws'],
    ['deepseek-flash', 'DeepSeek', 'deepseek'],
  ])('know the name %s', (model, provider, listed) => {
    expect(priceOf({ inputTokens: 1_000, outputTokens: 0 }, model, { provider })?.provider).toBe(listed);
  });

  it('are unknown for a bare name at Bedrock, where a profile decides, and known for a name with its profile', () => {
    const at = (model: string): number | null => totalOf({ usage: small, model, provider: 'aws.bedrock' });
    expect(at('claude-sonnet-4-5-20250929')).toBeNull();
    expect(totalOf({ usage: small, model: 'claude-sonnet-4-5-20250929', provider: 'bedrock' })).toBeNull();
    expect(at('eu.anthropic.claude-sonnet-4-5-20250929-v1:0')).toBeCloseTo((1_000 * 3.3 + 100 * 16.5) / M, 10);
    expect(at('global.anthropic.claude-sonnet-4-5-20250929-v1:0')).toBeCloseTo((1_000 * 3 + 100 * 15) / M, 10);
    expect(at('claude-3-5-haiku-20241022')).toBeCloseTo((1_000 * 0.8 + 100 * 4) / M, 10);
  });

  it.each(['gpt-5.5', 'gpt-5.4', 'gpt-6-sol'])('start long context of %s after 272,000 tokens', (model) => {
    const inputUsd = (inputTokens: number): number => priceOf({ inputTokens, outputTokens: 0 }, model)?.inputUsd ?? 0;
    const perToken = inputUsd(1_000) / 1_000;
    expect(inputUsd(272_000)).toBeCloseTo(272_000 * perToken, 10);
    expect(inputUsd(272_001)).toBeCloseTo(272_001 * 2 * perToken, 10);
  });

  it('take the size of each prompt where a usage adds up several calls', () => {
    const usage = { inputTokens: 500_000, outputTokens: 0 };
    expectTotal({ usage, model: 'gemini-2.5-pro' }, 500_000 * 2.5e-6);
    expectTotal({ usage: { ...usage, largestInputTokens: 150_000 }, model: 'gemini-2.5-pro' }, 500_000 * 1.25e-6);
    expectTotal({ usage: { ...usage, largestInputTokens: 300_000 }, model: 'gemini-2.5-pro' }, null);
    expectTotal({ usage: { ...usage, largestInputTokens: 300_000 }, model: 'gemini-2.5-flash' }, 500_000 * 0.3e-6);
  });

  it.each<[string, string, number | null]>([
    ['deepseek-v4-flash', '2026-08-16T15:59:59Z', 0.42],
    ['deepseek-v4-flash', '2026-08-16T16:00:00Z', 0.88],
    ['deepseek-v4-flash', '2026-08-17T02:00:00Z', 1.76],
    ['deepseek-v4-flash', '2026-11-27T02:00:00Z', 1.5],
    ['deepseek-v4-flash', '2026-11-28T02:00:00Z', 0.75],
    ['deepseek-flash', '2026-11-27T05:00:00Z', 0.75],
    ['deepseek-v4-pro', '2026-11-27T09:59:59Z', 5.28],
    ['deepseek-v4-pro', '2026-11-27T10:00:00Z', 2.64],
    ['deepseek-chat', '2025-07-01T10:00:00Z', 1.37],
    ['deepseek-chat', '2026-11-25T20:00:00Z', null],
  ])('are those of %s at %s', (model, at, usd) => {
    expectTotal({ usage: { inputTokens: M, outputTokens: M }, model, provider: 'deepseek', at }, usd);
  });

  it('are unknown where the provider bills what a usage cannot express', () => {
    expectTotal({ usage: { ...small, hasUnlistedParts: true }, model: 'gpt-4o' }, null);
  });
});
