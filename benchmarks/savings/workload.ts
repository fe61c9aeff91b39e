import { seededRandom, type Zipf } from './zipf.ts';

/** One request of a workload. */
export interface Ask {
  readonly atMs: number;
  /** Equal for two requests that ask the same. */
  readonly content: string;
  readonly inputTokens: number;
  /** Of the answer to the first request with that content: a repeat is answered, and billed, as the first was. */
  readonly outputTokens: number;
}

/** What a request weighs. */
export type Size = Pick<Ask, 'inputTokens' | 'outputTokens'>;

/** Prompts that are asked again by Zipf's law. */
export interface ZipfWorkload {
  readonly exponent: number;
  /** How many different prompts there are. */
  readonly prompts: number;
}

/** What is asked how often, by name. Chat looks like none of them; questions to a help page, or a test run again, may. */
export const ZIPF_WORKLOADS: Readonly<Record<string, ZipfWorkload>> = {
  'zipf-0.8-20k': { exponent: 0.8, prompts: 20_000 },
  'zipf-1.0-20k': { exponent: 1, prompts: 20_000 },
  'zipf-1.1-2k': { exponent: 1.1, prompts: 2_000 },
};

/**
 * Draws `requests` prompts for one seed, a tenth of a second apart: a share of `oneOffs` comes once, the others follow
 * the law. Each prompt has the size of one request of the trace: popular prompts are neither longer nor shorter than others.
 */
export function zipfAsks(
  zipf: Zipf,
  requests: number,
  sizes: readonly Size[],
  seed: number,
  oneOffs = 0,
): readonly Ask[] {
  const random = seededRandom(seed);
  const sizeOf = new Map<string, Size>();
  return Array.from({ length: requests }, (_, index) => {
    const content = random() < oneOffs ? `one-off ${index}` : `prompt ${zipf.pick(random)}`;
    const size = sizeOf.get(content) ?? (sizes[Math.floor(random() * sizes.length)] as Size);
    sizeOf.set(content, size);
    const { inputTokens, outputTokens } = size;
    return { atMs: index * 100, content, inputTokens, outputTokens };
  });
}
