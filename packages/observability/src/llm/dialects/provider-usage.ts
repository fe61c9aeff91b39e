import { field, isObject } from '../fields.ts';
import type { Usage } from '../money/usage.ts';
import { messageUsage } from './anthropic/usage.ts';
import { cohereUsage } from './cohere/usage.ts';
import { geminiUsage, usageMetadataOf } from './gemini/usage.ts';
import { usageIn } from './openai-usage/usage.ts';

/**
 * Reads a usage in its provider's own shape, which frameworks hand on beside their own numbers: it knows of fees of tools, tiers,
 * audio, images and lifetimes of what was cached.
 *
 * @returns undefined for a shape that is not known
 */
export function providerUsage(usage: unknown, model: string | undefined): Usage | undefined {
  if (!isObject(usage)) return undefined;
  if (field(usage, 'input_tokens') !== undefined && field(usage, 'input_tokens_details') === undefined) {
    return messageUsage(usage);
  }
  if (usageMetadataOf({ usageMetadata: usage }) !== undefined) return geminiUsage(usage);
  return usageIn(usage, { model });
}

/**
 * What a framework counted, with everything that its provider's own usage knows beside it; the framework's numbers alone if the
 * provider's are lower, because a framework may have gathered several.
 */
export function withProviderUsage(counted: Usage | undefined, own: Usage | undefined): Usage | undefined {
  if (own === undefined || counted === undefined) return counted ?? own;
  const hasAll = own.inputTokens >= counted.inputTokens && own.outputTokens >= counted.outputTokens;
  return hasAll ? { ...counted, ...own } : counted;
}

/** What a provider bills where it states other counts too, as Cohere does: a framework counts what is stated. */
export function billedUsage(usage: unknown): Usage | undefined {
  return isObject(field(usage, 'billed_units')) ? cohereUsage(usage, false) : undefined;
}
