import { countField, field, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { groundingCalls } from '../gemini/usage.ts';
import { serviceTierIn } from '../openai-usage/service-tier.ts';
import { apartFromTotal } from '../openai-usage/total.ts';
import { providerUsage, withProviderUsage } from '../provider-usage.ts';
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
  const whole = field(field(metadata, 'anthropic'), 'usage');
  const own = providerUsage(whole, model) ?? providerUsage(field(usage, 'raw'), model);
  const known = withProviderUsage(counted, own);
  return known === undefined ? undefined : withMetadata(known, metadata, field(call, 'content'));
}

/** The usage in the SDK's own numbers, which are details beside sums, or both in one object for a call of a model. */
export function countedUsage(usage: unknown, model: string | undefined): Usage | undefined {
  const tokens = countField(usage, 'tokens'); // embeddings
  if (tokens !== undefined) return usageOfParts({ inputTokens: tokens, outputTokens: 0 });
  const input = field(usage, 'inputTokenDetails') ?? field(usage, 'inputTokens');
  const output = field(usage, 'outputTokenDetails') ?? field(usage, 'outputTokens');
  if (typeof input !== 'object' || typeof output !== 'object') return undefined;
  const inputTokens = countField(usage, 'inputTokens') ?? countField(input, 'total');
  const outputTokens = countField(usage, 'outputTokens') ?? countField(output, 'total');
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const parts = {
    cacheReadTokens: countField(input, 'cacheReadTokens') ?? countField(input, 'cacheRead'),
    cacheWriteTokens: countField(input, 'cacheWriteTokens') ?? countField(input, 'cacheWrite'),
    reasoningTokens: countField(output, 'reasoningTokens') ?? countField(output, 'reasoning'),
  };
  const totalTokens = countField(usage, 'totalTokens');
  const apart = apartFromTotal({ ...parts, inputTokens, outputTokens, totalTokens }, { model, wasRepeated: false });
  if (apart === undefined) return undefined;
  return usageOfParts({
    ...parts,
    inputTokens: inputTokens + apart.inputTokens,
    outputTokens: outputTokens + apart.outputTokens,
  });
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
  const grounding =
    field(field(metadata, 'google'), 'groundingMetadata') ?? field(field(metadata, 'vertex'), 'groundingMetadata');
  const toolCalls = usage.toolCalls ?? groundingCalls(grounding) ?? providerCalls(content);
  const serviceTier = usage.serviceTier ?? tierIn(metadata);
  const billedUsd = usage.billedUsd ?? billedIn(metadata);
  return {
    ...usage,
    ...(toolCalls !== undefined && { toolCalls }),
    ...(serviceTier !== undefined && { serviceTier }),
    ...(billedUsd !== undefined && { billedUsd }),
  };
}

function tierIn(metadata: unknown): string | undefined {
  const providers = ['openai', 'azure', 'groq', 'xai'].map((name) => field(metadata, name));
  return providers
    .map((provider) => serviceTierIn({ service_tier: field(provider, 'serviceTier') }))
    .find((tier) => tier !== undefined);
}

/** Gateways say what they charge: as a number of dollars, or as text that is one. */
function billedIn(metadata: unknown): number | undefined {
  const costs = [
    field(field(field(metadata, 'openrouter'), 'usage'), 'cost'),
    field(field(metadata, 'gateway'), 'cost'),
  ];
  return costs.map((cost) => (cost === '' ? Number.NaN : Number(cost ?? Number.NaN))).find((cost) => cost > 0);
}
