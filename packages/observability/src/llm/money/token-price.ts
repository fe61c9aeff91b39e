import {
  checkNumber,
  numberOption,
  type OptionRule,
  type OptionRules,
  option,
  readOptions,
  refusal,
  required,
} from 'tta-dev-primitives/internal';
import { type Cost, costOfParts } from './cost.ts';
import { costAtRates, type Rates } from './rates.ts';
import { isEmptyUsage, type Usage } from './usage.ts';

/**
 * What a model costs, in US dollars: tokens by the million, fees by the call.
 *
 * Only reads and writes of the prompt cache have a rate by default. Sounds, images, one-hour cache writes and tools without a rate
 * make the cost of a call that used them unknown.
 */
export interface TokenPrice {
  readonly inputPerMillionUsd: number;
  readonly outputPerMillionUsd: number;
  /** For input read from the provider's prompt cache. @defaultValue inputPerMillionUsd */
  readonly cacheReadPerMillionUsd?: number | undefined;
  /** For input written to the provider's prompt cache. @defaultValue inputPerMillionUsd */
  readonly cacheWritePerMillionUsd?: number | undefined;
  /** For input that the provider's prompt cache keeps for an hour. */
  readonly cacheWrite1hPerMillionUsd?: number | undefined;
  readonly inputAudioPerMillionUsd?: number | undefined;
  readonly outputAudioPerMillionUsd?: number | undefined;
  readonly cacheReadAudioPerMillionUsd?: number | undefined;
  readonly inputImagePerMillionUsd?: number | undefined;
  readonly outputImagePerMillionUsd?: number | undefined;
  readonly cacheReadImagePerMillionUsd?: number | undefined;
  /** The fee of one call of a tool that the provider runs, by the tool's name as in `Usage.toolCalls`. */
  readonly toolCallUsd?: Readonly<Record<string, number>> | undefined;
  /** The fee of a request, independent of its size. @defaultValue 0 */
  readonly requestUsd?: number | undefined;
}

const RATE = numberOption({ atLeast: 0 });

const RULES: OptionRules<TokenPrice> = {
  inputPerMillionUsd: required(RATE),
  outputPerMillionUsd: required(RATE),
  cacheReadPerMillionUsd: RATE,
  cacheWritePerMillionUsd: RATE,
  cacheWrite1hPerMillionUsd: RATE,
  inputAudioPerMillionUsd: RATE,
  outputAudioPerMillionUsd: RATE,
  cacheReadAudioPerMillionUsd: RATE,
  inputImagePerMillionUsd: RATE,
  outputImagePerMillionUsd: RATE,
  cacheReadImagePerMillionUsd: RATE,
  toolCallUsd: option(checkToolFees),
  requestUsd: RATE,
};

/** An option that holds a price. */
export const tokenPriceOption: OptionRule<undefined> = option((owner, name, value) => {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(refusal(owner, name, value, 'an object with inputPerMillionUsd and outputPerMillionUsd'));
  }
  readOptions(owner, value as TokenPrice, RULES, name);
});

/**
 * What a call costs at a given price. The price holds for every service tier and region.
 *
 * @returns null if the usage counts nothing, contradicts itself, or has parts without a rate
 */
export function costAt(price: TokenPrice, usage: Usage, model: string, provider?: string | undefined): Cost | null {
  if (isEmptyUsage(usage) || usage.hasUnlistedParts === true) return null;
  const tokens = costAtRates(ratesOf(price), usage);
  const toolsUsd = toolFees(price.toolCallUsd, usage.toolCalls);
  if (tokens === null || toolsUsd === null) return null;
  return costOfParts({ ...tokens, toolsUsd, otherUsd: price.requestUsd }, model, provider);
}

function checkToolFees(owner: string, option: string, fees: unknown): void {
  if (typeof fees !== 'object' || fees === null) {
    throw new TypeError(refusal(owner, option, fees, 'an object of fees by the name of the tool'));
  }
  for (const [tool, fee] of Object.entries(fees)) checkNumber(owner, `${option}.${tool}`, fee, { atLeast: 0 });
}

function ratesOf(price: TokenPrice): Rates {
  const { inputPerMillionUsd: input, outputPerMillionUsd: output } = price;
  return {
    input,
    output,
    cacheRead: price.cacheReadPerMillionUsd ?? input,
    cacheWrite: price.cacheWritePerMillionUsd ?? input,
    cacheWrite1h: price.cacheWrite1hPerMillionUsd,
    inputAudio: price.inputAudioPerMillionUsd,
    outputAudio: price.outputAudioPerMillionUsd,
    cacheReadAudio: price.cacheReadAudioPerMillionUsd,
    inputImage: price.inputImagePerMillionUsd,
    outputImage: price.outputImagePerMillionUsd,
    cacheReadImage: price.cacheReadImagePerMillionUsd,
  };
}

function toolFees(
  fees: Readonly<Record<string, number>> = {},
  calls: Readonly<Record<string, number>> = {},
): number | null {
  let usd = 0;
  for (const [tool, count] of Object.entries(calls)) {
    if (count === 0) continue;
    const fee = Object.hasOwn(fees, tool) ? fees[tool] : undefined;
    if (fee === undefined || !(count > 0)) return null;
    usd += fee * count;
  }
  return usd;
}
