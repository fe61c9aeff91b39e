import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import type { PricedModel } from '../../llm/money/model-price.ts';
import { priceAnswer } from './answer-price.ts';

const route = (name: string, model: string): PricedModel => ({ name, model, provider: undefined, price: undefined });

const usage = { inputTokens: 1_000, outputTokens: 100, billedUsd: 0.001 };

describe('the price of an answer', () => {
  it('is what its provider billed, and its baseline is priced from the list, which that bill says nothing of', () => {
    const pricing = { prices: undefined, baseline: route('strong', 'gpt-4o') };
    const answer = { usage, model: 'gpt-4o-mini', account: undefined };
    const { costUsd, savedUsd } = priceAnswer(pricing, route('fast', 'gpt-4o-mini'), answer, new WorkflowContext());
    expect(costUsd).toBe(0.001);
    expect(savedUsd?.route).toBeCloseTo(0.0035 - 0.001, 12);
  });
});
