import type { Usage } from '../money/usage.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { MovingAverage } from './moving-average.ts';

/** The rule of thumb for English text, until answers tell better. */
const CHARACTERS_PER_TOKEN = 4;

/** A character outside ASCII is usually a token of its own, and counts as this number of characters. */
const NON_ASCII_WEIGHT = CHARACTERS_PER_TOKEN;

/** What an answer is taken to have before the first one is seen. */
const OUTPUT_TOKENS = 256;

/** No tokenizer makes fewer or more of any text, so a usage outside these bounds does not measure the text. */
const PLAUSIBLE = { fewest: 0.25, most: 20 };

/**
 * Estimates the tokens of a request before it is sent, and learns from the usage of every answer how its model counts: how many
 * characters make a token, how long its answers are, and which share of the input its provider had cached.
 */
export class TokenEstimator {
  readonly #characters = new MovingAverage();
  readonly #inputTokens = new MovingAverage();
  readonly #outputTokens = new MovingAverage();
  readonly #cachedShare = new MovingAverage();

  /** The usage of a request that was sent now; an estimate, in whole tokens. */
  estimate(prompt: Prompt): Usage {
    const inputTokens = Math.ceil(weightOf(prompt) / this.charactersPerToken);
    const usual = this.#outputTokens.value ?? OUTPUT_TOKENS;
    const outputTokens = Math.ceil(Math.min(usual, prompt.maxOutputTokens ?? Infinity));
    const cacheReadTokens = Math.floor(inputTokens * (this.#cachedShare.value ?? 0));
    return cacheReadTokens === 0 ? { inputTokens, outputTokens } : { inputTokens, outputTokens, cacheReadTokens };
  }

  /** The ratio of two averages and not the average of ratios: long prompts cost more, so they count for more. */
  get charactersPerToken(): number {
    const { value: characters } = this.#characters;
    const { value: tokens } = this.#inputTokens;
    return characters === undefined || tokens === undefined ? CHARACTERS_PER_TOKEN : characters / tokens;
  }

  /** Learns from an answer; images and sounds have tokens of their own, so only text tells about characters. */
  learn(prompt: Prompt, { inputTokens, outputTokens, cacheReadTokens = 0 }: Usage): void {
    const characters = weightOf(prompt);
    const ratio = characters / inputTokens;
    if (prompt.modalities.size === 1 && ratio >= PLAUSIBLE.fewest && ratio <= PLAUSIBLE.most) {
      this.#characters.add(characters);
      this.#inputTokens.add(inputTokens);
    }
    if (inputTokens > 0) this.#cachedShare.add(Math.min(1, cacheReadTokens / inputTokens));
    this.#outputTokens.add(outputTokens);
  }
}

/** Its characters, as characters of English. */
function weightOf({ characters, nonAsciiCharacters = 0 }: Prompt): number {
  return characters + (NON_ASCII_WEIGHT - 1) * nonAsciiCharacters;
}
