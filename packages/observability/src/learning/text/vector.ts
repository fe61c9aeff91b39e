import { featuresIn } from '../features.ts';
import { type PromptScan, scanPrompt } from './scan.ts';

/** A prompt as the learned heads see it. Words are in it as hashes only. */
export interface PromptVector {
  /** The slots of its tokens and pairs of tokens, each once, in the order of their first occurrence. */
  readonly slots: Int32Array;
  /** One per slot: 1 + ln(count), scaled so their squares add up to 1. */
  readonly values: Float32Array;
  /** The features of the prompt, unscaled. */
  readonly features: Float64Array;
}

/** Turns a prompt into a vector with `2 ** hashBits` slots. */
export function vectorOf(prompt: string, hashBits: number): PromptVector {
  const scan = scanPrompt(prompt);
  return vectorFrom(countsOf(scan, hashBits), featuresIn(scan));
}

/** How often each slot occurs among the tokens and pairs of tokens of a prompt. */
export function countsOf({ tokens, pairs }: PromptScan, hashBits: number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const hashes of [tokens, pairs]) {
    for (const hash of hashes) {
      const slot = slotOf(hash, hashBits);
      counts.set(slot, (counts.get(slot) ?? 0) + 1);
    }
  }
  return counts;
}

/** Makes a vector of counted slots and features. */
export function vectorFrom(counts: ReadonlyMap<number, number>, features: Float64Array): PromptVector {
  const slots = Int32Array.from(counts.keys());
  const values = Float32Array.from(counts.values(), (count) => 1 + Math.log(count));
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return { slots, values: length === 0 ? values : values.map((value) => value / length), features };
}

/** Folds a 32-bit hash into a slot. Of two sizes, the slot in the smaller one follows from that in the larger one. */
function slotOf(hash: number, hashBits: number): number {
  return ((hash >>> 15) ^ hash) & (2 ** hashBits - 1);
}
