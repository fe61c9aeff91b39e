import { countField, field, fieldAt, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { tierOf } from '../billed-by.ts';
import { groundingCalls } from '../gemini/usage.ts';
import { usageByTotal } from '../openai-usage/total.ts';
import { billedUsage, providerUsage, withProviderUsage } from '../provider-usage.ts';
import { addedUsage, usageOfParts } from '../usage-parts.ts';
import { providerCalls } from './content.ts';

/**
 * The usage of one call: a result, a step or a last part. The provider's own usage, which stands in `raw`, is used where it knows
 * more than the numbers of the SDK: audio, images, fees of tools, lifetimes of cached tokens.
 *
 * Before version 6 it depended on the provider what was included in the SDK's numbers; such a usage is unknown.
 */
export function callUsage(call: unknown): Usage | undefined {
  const usage = field(call, 'usage');
  const model = modelOfCall(call);
  const counted = countedUsage(usage, model);
  const metadata = field(call, 'providerMetadata');
  // The metadata of Anthropic keep its whole usage, while a stream's `raw` lacks the lifetimes of cached tokens.
  const whole = fieldAt(metadata, 'anthropic', 'usage');
  const raw = field(usage, 'raw');
  const own = providerUsage(whole, model) ?? providerUsage(raw, model);
  const known = billedUsage(raw) ?? withProviderUsage(counted, own);
  return known === undefined ? undefined : withMetadata(known, metadata, field(call, 'content'));
}

/** The usage in the SDK's own numbers, which are details beside sums, or both in one object for a call of a model. */
export function countedUsage(usage: unknown, model: string | undefined): Usage | undefined {
  const tokens = countField(usage, 'tokens'); // embeddings
  if (tokens !== undefined) return usageOfParts({ inputTokens: tokens, outputTokens: 0 });
  const input = field(usage, 'inputTokenDetails') ?? field(usage, 'inputTokens');
  const output = field(usage, 'outputTokenDetails') ?? field(usage, 'outputTokens');
  if (typeof input !== 'object' || typeof output !== 'object') return undefined;
  const counts = {
    inputTokens: countField(usage, 'inputTokens') ?? countField(input, 'total'),
    outputTokens: countField(usage, 'outputTokens') ?? countField(output, 'total'),
    totalTokens: countField(usage, 'totalTokens'),
    cacheReadTokens: countField(input, 'cacheReadTokens') ?? countField(input, 'cacheRead'),
    cacheWriteTokens: countField(input, 'cacheWriteTokens') ?? countField(input, 'cacheWrite'),
    reasoningTokens: countField(output, 'reasoningTokens') ?? countField(output, 'reasoning'),
  };
  return usageByTotal(counts, { model });
}

/** The model that answered a call. */
export function modelOfCall(call: unknown): string | undefined {
  return textField(field(call, 'response'), 'modelId');
}

/** Adds up the usages of calls; one that is unknown makes the sum unknown, and calls of several models have no common price. */
export class StepUsages {
  #sum: Usage | undefined;
  #count = 0;
  #isKnown = true;
  readonly #models = new Set<string>();

  add(step: unknown): void {
    const usage = callUsage(step);
    const model = modelOfCall(step);
    if (model !== undefined) this.#models.add(model);
    this.#count += 1;
    this.#isKnown &&= usage !== undefined;
    this.#sum = this.#sum && usage ? addedUsage(this.#sum, usage) : usage;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get usage(): Usage | undefined {
    if (!this.#isKnown || this.#sum === undefined) return undefined;
    return this.#models.size > 1 ? { ...this.#sum, hasUnlistedParts: true } : this.#sum;
  }
}

/** What providers and gateways say in the metadata of a call: the tier, the bill, the tools that they ran. */
function withMetadata(usage: Usage, metadata: unknown, content: unknown): Usage {
  const [google, vertex] = ['google', 'vertex'].map((name) => fieldAt(metadata, name, 'groundingMetadata'));
  const toolCalls = usage.toolCalls ?? groundingCalls(google ?? vertex) ?? providerCalls(content);
  const tiers = ['openai', 'azure', 'groq', 'xai'].map((name) => tierOf(fieldAt(metadata, name, 'serviceTier')));
  const serviceTier = usage.serviceTier ?? tiers.find((tier) => tier !== undefined);
  // Gateways say what they charge: as a number of dollars, or as text that is one.
  const costs = [fieldAt(metadata, 'openrouter', 'usage', 'cost'), fieldAt(metadata, 'gateway', 'cost')];
  const billedUsd = usage.billedUsd ?? costs.map(Number).find((cost) => cost > 0);
  return {
    ...usage,
    ...(toolCalls !== undefined && { toolCalls }),
    ...(serviceTier !== undefined && { serviceTier }),
    ...(billedUsd !== undefined && { billedUsd }),
  };
}
