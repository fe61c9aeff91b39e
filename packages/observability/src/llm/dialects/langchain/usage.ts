import { countField, field, fieldAt, isObject } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { risen } from '../counts.ts';
import { usageByTotal } from '../openai-usage/total.ts';
import { serviceTierIn } from '../openai-usage/usage.ts';
import { providerUsage, withProviderUsage } from '../provider-usage.ts';
import { eitherCount } from '../spelling.ts';
import { addedUsage } from '../usage-parts.ts';

/** The `usage_metadata` of a message: cached tokens are part of the input, reasoning is part of the output. */
export function metadataUsage(usage: unknown, model: string | undefined): Usage | undefined {
  const input = field(usage, 'input_token_details');
  const output = field(usage, 'output_token_details');
  const counts = {
    inputTokens: countField(usage, 'input_tokens'),
    outputTokens: countField(usage, 'output_tokens'),
    totalTokens: countField(usage, 'total_tokens'),
    cacheReadTokens: countField(input, 'cache_read'),
    cacheWriteTokens: countField(input, 'cache_creation'),
    cacheWrite1hTokens: countField(input, 'ephemeral_1h_input_tokens'),
    reasoningTokens: countField(output, 'reasoning'),
    inputAudioTokens: countField(input, 'audio'),
    outputAudioTokens: countField(output, 'audio'),
    inputImageTokens: countField(input, 'image'),
    outputImageTokens: countField(output, 'image'),
  };
  return usageByTotal(counts, { model });
}

/** The usage of a whole message. Its metadata may hold the provider's own. */
export function messageUsage(message: object, model: string | undefined): Usage | undefined {
  const metadata = field(message, 'response_metadata');
  const counted = metadataUsage(field(message, 'usage_metadata'), model);
  const usage = withProviderUsage(counted, providerUsage(field(metadata, 'usage'), model));
  const serviceTier = usage?.serviceTier ?? serviceTierIn(metadata);
  return usage === undefined || serviceTier === undefined ? usage : { ...usage, serviceTier };
}

/** The `tokenUsage` that a result of a model keeps, which knows the sums only. */
export function tokenUsage(usage: unknown, model: string | undefined): Usage | undefined {
  const counts = {
    inputTokens: eitherCount(usage, 'promptTokens') ?? countField(usage, 'input_tokens'),
    outputTokens: eitherCount(usage, 'completionTokens') ?? countField(usage, 'output_tokens'),
    totalTokens: eitherCount(usage, 'totalTokens'),
  };
  return usageByTotal(counts, { model });
}

/**
 * Gathers the usages of the chunks of one stream. LangChain adds them up, but not all models give pieces: those of Anthropic repeat
 * counts that grow. If both readings are possible and their results differ, the usage is unknown.
 */
export class ChunkUsages {
  #largest: Usage | undefined;
  #sum: Usage | undefined;
  /** What the provider itself has told last, beside chunks without a count of LangChain. */
  #told: Usage | undefined;
  #isKnown = true;

  /** @param provider - `model_provider` of the chunks, if one has named it */
  add(message: object, model: string | undefined, provider: string | undefined): void {
    const metadata = field(message, 'usage_metadata');
    if (!isObject(metadata)) {
      this.#told = risen(this.#told, providerUsage(fieldAt(message, 'response_metadata', 'usage'), model));
      return;
    }
    const pieces = messageUsage(message, model ?? (isGoogle(provider) ? 'gemini' : undefined)) ?? noUsage(metadata);
    this.#isKnown &&= pieces !== undefined;
    if (pieces === undefined) return;
    this.#largest = risen(this.#largest, pieces);
    this.#sum = this.#sum === undefined ? pieces : addedUsage(this.#sum, pieces);
  }

  /** @param provider - `model_provider` of the chunks */
  usage(provider: string | undefined): Usage | undefined {
    const { inputTokens = 0, outputTokens = 0 } = this.#largest ?? {};
    if (!this.#isKnown) return undefined;
    if (this.#largest === undefined || this.#sum === undefined) return this.#told;
    if (inputTokens === 0 && outputTokens === 0) return undefined;
    if (provider === 'anthropic') return this.#largest;
    if (isGoogle(provider)) return this.#sum;
    const isSame = this.#sum.inputTokens === inputTokens && this.#sum.outputTokens === outputTokens;
    return isSame ? this.#largest : undefined;
  }
}

/** A chunk may count nothing; a whole answer that counts nothing has an unknown usage. */
function noUsage(metadata: object): Usage | undefined {
  const isZero = countField(metadata, 'input_tokens') === 0 && countField(metadata, 'output_tokens') === 0;
  return isZero ? { inputTokens: 0, outputTokens: 0 } : undefined;
}

function isGoogle(provider: string | undefined): boolean {
  return provider?.startsWith('google') === true;
}
