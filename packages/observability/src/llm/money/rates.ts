import type { Usage } from './usage.ts';

/** What tokens cost, in US dollars per million. A rate that is missing is not known. */
export interface Rates {
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly cacheWrite1h?: number | undefined;
  readonly inputAudio?: number | undefined;
  readonly outputAudio?: number | undefined;
  readonly cacheReadAudio?: number | undefined;
  readonly inputImage?: number | undefined;
  readonly outputImage?: number | undefined;
  readonly cacheReadImage?: number | undefined;
}

export interface TokenCost {
  readonly inputUsd: number;
  readonly outputUsd: number;
}

/** A count that divides input or output by modality. */
export type ModalCount = 'inputAudioTokens' | 'outputAudioTokens' | 'inputImageTokens' | 'outputImageTokens';

/**
 * What the tokens of a usage cost.
 *
 * @param required - counts without which a usage does not say what it cost; see {@link requiredCounts}
 * @returns null if a rate is missing for tokens that were used, if the usage does not say enough to tell which rate applies, or if
 * it contradicts itself
 */
export function costAtRates(
  rates: Rates,
  usage: Usage,
  required: readonly ModalCount[] = requiredCounts(rates),
): TokenCost | null {
  if (required.some((name) => usage[name] === undefined && wholeOf(name, usage) > 0)) return null;
  const inputUsd = inputCost(rates, usage);
  const outputUsd = outputCost(rates, usage);
  return inputUsd === null || outputUsd === null ? null : { inputUsd, outputUsd };
}

/**
 * The counts that a usage must state: a model that makes sounds or images at a rate of their own may have made any share of its
 * output so, and read any share of its input so.
 */
export function requiredCounts(rates: Rates): ModalCount[] {
  const required: ModalCount[] = [];
  if (rates.outputAudio !== undefined && rates.outputAudio !== rates.output) {
    required.push('outputAudioTokens');
    if (rates.inputAudio !== rates.input) required.push('inputAudioTokens');
  }
  if (rates.outputImage !== undefined && rates.outputImage !== rates.output) {
    required.push('outputImageTokens');
    if (rates.inputImage !== rates.input) required.push('inputImageTokens');
  }
  return required;
}

/** The same rates times a factor. */
export function scaled(rates: Rates, factor: number): Rates {
  if (factor === 1) return rates;
  const all: Record<string, number | undefined> = {};
  for (const [name, rate] of Object.entries(rates)) all[name] = rate === undefined ? undefined : rate * factor;
  return all as unknown as Rates; // the names are those of `rates`
}

function wholeOf(name: ModalCount, { inputTokens, outputTokens }: Usage): number {
  return name.startsWith('input') ? inputTokens : outputTokens;
}

function inputCost(rates: Rates, usage: Usage): number | null {
  const { inputTokens, cacheReadTokens = 0, cacheWriteTokens = 0, cacheWrite1hTokens = 0 } = usage;
  const isAudioText = rates.inputAudio === rates.input && rates.cacheReadAudio === rates.cacheRead;
  const isImageText = rates.inputImage === rates.input && rates.cacheReadImage === rates.cacheRead;
  const audio = isAudioText ? NOTHING : modalInput(usage.inputAudioTokens, usage.cacheReadAudioTokens, usage);
  const image = isImageText ? NOTHING : modalInput(usage.inputImageTokens, usage.cacheReadImageTokens, usage);
  if (audio === null || image === null) return null;
  const text = inputTokens - cacheReadTokens - cacheWriteTokens - audio.fresh - image.fresh;
  return inUsd(
    paid(text, rates.input) +
      paid(cacheReadTokens - audio.read - image.read, rates.cacheRead) +
      paid(cacheWriteTokens - cacheWrite1hTokens, rates.cacheWrite) +
      paid(cacheWrite1hTokens, rates.cacheWrite1h) +
      paid(audio.fresh, rates.inputAudio) +
      paid(audio.read, rates.cacheReadAudio) +
      paid(image.fresh, rates.inputImage) +
      paid(image.read, rates.cacheReadImage),
  );
}

function outputCost(rates: Rates, usage: Usage): number | null {
  const { outputTokens, outputAudioTokens = 0, outputImageTokens = 0, reasoningTokens = 0 } = usage;
  if (reasoningTokens > outputTokens) return null;
  return inUsd(
    paid(outputTokens - outputAudioTokens - outputImageTokens, rates.output) +
      paid(outputAudioTokens, rates.outputAudio) +
      paid(outputImageTokens, rates.outputImage),
  );
}

/** Input of one modality, by whether it was read from the prompt cache. */
interface ModalInput {
  readonly fresh: number;
  readonly read: number;
}

/** None of the input, or all of it at the rates of text, so its share does not matter. */
const NOTHING: ModalInput = { fresh: 0, read: 0 };

function modalInput(tokens = 0, read: number | undefined, usage: Usage): ModalInput | null {
  const readTokens = read ?? impliedRead(tokens, usage);
  return readTokens === null ? null : { fresh: tokens - readTokens, read: readTokens };
}

/** How much of a modality was cached where the usage states only the sum: certain only if one of them is zero or everything. */
function impliedRead(tokens: number, { inputTokens, cacheReadTokens = 0 }: Usage): number | null {
  if (tokens === 0 || cacheReadTokens === 0) return 0;
  return tokens === inputTokens ? cacheReadTokens : null;
}

/** Millionths of a dollar; NaN, which every sum with it is too, if the rate is missing or the tokens contradict each other. */
function paid(tokens: number, rate: number | undefined): number {
  if (tokens === 0) return 0;
  return tokens > 0 && rate !== undefined ? tokens * rate : Number.NaN;
}

function inUsd(millionths: number): number | null {
  return Number.isNaN(millionths) ? null : millionths / 1e6;
}
