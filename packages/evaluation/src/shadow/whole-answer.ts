import { safely } from 'tta-dev-primitives/internal';
import {
  answerText,
  costOfUsage,
  modelOf,
  type PricedModel,
  type PriceSource,
  type Usage,
  usageOf,
} from 'tta-observability-integration/llm';

/** A whole answer, as grading sees it. */
export interface ShadowAnswer<O> {
  /** The output; of a stream the array of all its chunks. */
  readonly output: O | readonly unknown[];
  /** Its text, in the shapes of the usual providers; undefined of anything else. */
  readonly text: string | undefined;
  /** The model that the answer names. */
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
  /** What it cost, in US dollars; null if unknown. */
  readonly costUsd: number | null;
}

/** An answer whose tokens are priced by what it says of itself. */
export const AS_IT_SAYS: PricedModel = { name: '', model: undefined, provider: undefined, price: undefined };

/**
 * Reads a whole answer, or all chunks of one. Never throws.
 *
 * @param paidUsd - what is known to have been paid for it, in US dollars; undefined to price the tokens that it says it used
 */
export function readAnswer<O>(
  output: O | readonly unknown[],
  priced: PricedModel,
  prices: PriceSource | undefined,
  epochMs: number,
  paidUsd: number | undefined,
): ShadowAnswer<O> {
  const [usage, model] = [usageOf(output), modelOf(output)];
  const costUsd = paidUsd ?? safely(() => costOfUsage(priced, usage, model, prices, epochMs)) ?? null;
  return { output, text: safely(() => answerText(output)), model, usage, costUsd };
}
