import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundledPrices } from './bundled-prices.ts';
import type { Cost } from './cost.ts';
import { priceOf } from './price.ts';
import { priceList } from './price-list.ts';
import type { PriceSource } from './price-source.ts';
import type { Usage } from './usage.ts';

/** The parts of a usage that do not overlap, from which any usage is made. */
interface Parts {
  readonly text: number;
  readonly textRead: number;
  readonly written: number;
  readonly written1h: number;
  readonly audio: number;
  readonly audioRead: number;
  readonly image: number;
  readonly imageRead: number;
  readonly outputText: number;
  readonly outputAudio: number;
  readonly outputImage: number;
  readonly searches: number;
}

const PART_NAMES = [
  'text',
  'textRead',
  'written',
  'written1h',
  'audio',
  'audioRead',
  'image',
  'imageRead',
  'outputText',
  'outputAudio',
  'outputImage',
  'searches',
] as const satisfies readonly (keyof Parts)[];

/** Zero often, because most parts are; sometimes more than the start of any price for long context. */
const count = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(2_000), fc.nat(400_000));

const parts: fc.Arbitrary<Parts> = fc.record(
  Object.fromEntries(PART_NAMES.map((name) => [name, count])) as { [Name in keyof Parts]: fc.Arbitrary<number> },
);

const MODELS = [
  'gpt-4o',
  'gpt-5.5',
  'gpt-6-sol',
  'gpt-realtime',
  'gpt-image-1.5',
  'gpt-image-1',
  'claude-sonnet-4-5',
  'claude-opus-4-8',
  'gemini-2.5-pro',
  'gemini-2.5-flash',
  'gemini-2.5-flash-image',
  'gemini-3.1-pro-preview',
  'deepseek-flash',
  'grok-4',
  'own',
  'own-and-whole',
] as const;

const rates = { inputPerMillionUsd: 2, outputPerMillionUsd: 8 };

const PRICES: PriceSource = priceList(
  {
    own: rates,
    'own-and-whole': {
      ...rates,
      cacheWrite1hPerMillionUsd: 4,
      inputAudioPerMillionUsd: 10,
      outputAudioPerMillionUsd: 20,
      cacheReadAudioPerMillionUsd: 1,
      inputImagePerMillionUsd: 5,
      outputImagePerMillionUsd: 30,
      cacheReadImagePerMillionUsd: 0.5,
      toolCallUsd: { web_search: 0.01 },
      requestUsd: 0.005,
    },
  },
  bundledPrices,
);

const called = fc.record({
  model: fc.constantFrom(...MODELS),
  parts,
  serviceTier: fc.constantFrom(undefined, 'batch', 'flex', 'priority', 'fast'),
  billedUsd: fc.option(fc.double({ min: 0, max: 10, noNaN: true }), { nil: undefined }),
});

const at = new Date('2026-11-28T12:00:00Z');

function usageOfParts(made: Parts): Usage {
  const cacheReadTokens = made.textRead + made.audioRead + made.imageRead;
  const cacheWriteTokens = made.written + made.written1h;
  return {
    inputTokens: made.text + made.audio + made.image + cacheReadTokens + cacheWriteTokens,
    outputTokens: made.outputText + made.outputAudio + made.outputImage,
    cacheReadTokens,
    cacheWriteTokens,
    cacheWrite1hTokens: made.written1h,
    inputAudioTokens: made.audio + made.audioRead,
    outputAudioTokens: made.outputAudio,
    cacheReadAudioTokens: made.audioRead,
    inputImageTokens: made.image + made.imageRead,
    outputImageTokens: made.outputImage,
    cacheReadImageTokens: made.imageRead,
    toolCalls: { web_search: made.searches },
  };
}

function sumOf({ inputUsd, outputUsd, toolsUsd = 0, otherUsd = 0 }: Cost): number {
  return inputUsd + outputUsd + toolsUsd + otherUsd;
}

describe('a cost', () => {
  it('is the sum of its parts, for any usage and tier, with or without a bill', () => {
    fc.assert(
      fc.property(called, ({ model, parts: made, ...rest }) => {
        const cost = priceOf({ ...usageOfParts(made), ...rest }, model, { prices: PRICES, at });
        if (cost === null) return;
        expect(Math.abs(sumOf(cost) - cost.totalUsd)).toBeLessThanOrEqual(1e-9 * cost.totalUsd);
        for (const usd of [cost.inputUsd, cost.outputUsd, cost.toolsUsd ?? 0, cost.otherUsd ?? 0]) {
          expect(usd).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('never falls when more of any part is used', () => {
    fc.assert(
      fc.property(
        called,
        fc.constantFrom(...PART_NAMES),
        fc.nat(300_000),
        ({ model, parts: made, serviceTier }, name, more) => {
          // Without a bill, which is the total where a part has no price, and may be lower than the price of the other parts.
          const less = priceOf({ ...usageOfParts(made), serviceTier }, model, { prices: PRICES, at });
          const increased = { ...made, [name]: made[name] + more };
          const cost = priceOf({ ...usageOfParts(increased), serviceTier }, model, { prices: PRICES, at });
          if (less === null || cost === null) return;
          expect(cost.totalUsd).toBeGreaterThanOrEqual(less.totalUsd * (1 - 1e-12));
        },
      ),
    );
  });

  it('is never 0 for a usage that counts something at prices above 0', () => {
    fc.assert(
      fc.property(called, ({ model, parts: made, serviceTier }) => {
        const usage = { ...usageOfParts(made), serviceTier };
        const cost = priceOf(usage, model, { prices: PRICES, at });
        const isEmpty = PART_NAMES.every((name) => made[name] === 0);
        expect(cost === null || (!isEmpty && cost.totalUsd > 0)).toBe(true);
      }),
    );
  });
});
