import type { TokenPrice } from 'tta-observability-integration/llm';

const usd = (inputPerMillionUsd: number, outputPerMillionUsd: number): TokenPrice => ({
  inputPerMillionUsd,
  outputPerMillionUsd,
});

/** List prices of the models of recorded outcomes, from the time when they were recorded, under the names in the files. */
export const LIST_PRICES: Readonly<Record<string, TokenPrice>> = {
  'gpt-4o-2024-08-06': usd(2.5, 10),
  'gpt-4o-mini-2024-07-18': usd(0.15, 0.6),
  'o1-mini-2024-09-12': usd(1.1, 4.4),
  'claude-3-5-sonnet-20241022': usd(3, 15),
  'claude-3-haiku-20240307': usd(0.25, 1.25),
  'gemini-1.5-pro': usd(1.25, 5),
  'gemini-1.5-pro-002': usd(1.25, 5),
  'gemini-1.5-flash': usd(0.075, 0.3),
  'gemini-1.5-flash-002': usd(0.075, 0.3),
  'Meta-Llama-3.1-70B-Instruct': usd(0.88, 0.88),
  'llama-3.1-70b': usd(0.88, 0.88),
  'Meta-Llama-3.1-8B-Instruct': usd(0.18, 0.18),
  'llama-3.1-8b': usd(0.18, 0.18),
  // RouteLLM's own figures for its pair, the same for input and output.
  'gpt-4-1106': usd(24.7, 24.7),
  'mixtral-8x7b': usd(0.24, 0.24),
};

/** The default pairs to route between: the cheaper model first. */
export const USUAL_PAIRS: readonly (readonly [cheap: string, strong: string])[] = [
  ['gpt-4o-mini-2024-07-18', 'gpt-4o-2024-08-06'],
  ['gemini-1.5-flash-002', 'gemini-1.5-pro-002'],
  ['mixtral-8x7b', 'gpt-4-1106'],
];

/** Two cheap models of different vendors, compared by default, and the strong one that answers where they differ. */
export const USUAL_TRIOS: readonly (readonly string[])[] = [
  ['gpt-4o-mini-2024-07-18', 'gemini-1.5-flash', 'gpt-4o-2024-08-06'],
  ['gemini-1.5-flash-002', 'llama-3.1-8b', 'gemini-1.5-pro-002'],
];
