/** What one call of a model cost, in US dollars. `totalUsd` is the sum of the parts: input, output, tools and the rest. */
export interface Cost {
  readonly inputUsd: number;
  readonly outputUsd: number;
  /** Fees of tools that the provider ran. Missing if they are 0. */
  readonly toolsUsd?: number | undefined;
  /** The fee of a request, and the part of a bill that no list price explains. Missing if it is 0. */
  readonly otherUsd?: number | undefined;
  readonly totalUsd: number;
  /** What the provider states it billed; missing if it states nothing. With your own price it may differ from the total. */
  readonly billedUsd?: number | undefined;
  /** The model that the price is for, as the price source names it. */
  readonly model: string;
  /** The provider that the price is for; undefined if the price source does not distinguish providers. */
  readonly provider: string | undefined;
}

/** The parts of a cost; their sum is the total. */
export interface CostParts {
  readonly inputUsd: number;
  readonly outputUsd: number;
  readonly toolsUsd?: number | undefined;
  readonly otherUsd?: number | undefined;
}

/** A cost with the total of its parts; a fee of 0 is left out. */
export function costOfParts(
  { inputUsd, outputUsd, toolsUsd = 0, otherUsd = 0 }: CostParts,
  model: string,
  provider: string | undefined,
): Cost {
  const totalUsd = inputUsd + outputUsd + toolsUsd + otherUsd;
  if (toolsUsd === 0 && otherUsd === 0) return { inputUsd, outputUsd, totalUsd, model, provider };
  return {
    inputUsd,
    outputUsd,
    ...(toolsUsd !== 0 && { toolsUsd }),
    ...(otherUsd !== 0 && { otherUsd }),
    totalUsd,
    model,
    provider,
  };
}

/** Floating point loses less than this share of a sum. */
const ROUNDING = 1e-9;

/** Whether the amounts are amounts, from 0, and add up. */
export function isSound({ inputUsd, outputUsd, toolsUsd = 0, otherUsd = 0, totalUsd }: Cost): boolean {
  const areAmounts = isAmount(inputUsd) && isAmount(outputUsd) && isAmount(toolsUsd) && isAmount(otherUsd);
  if (!areAmounts || !isAmount(totalUsd)) return false;
  const sum = inputUsd + outputUsd + toolsUsd + otherUsd;
  return Math.abs(sum - totalUsd) <= ROUNDING * Math.max(sum, totalUsd);
}

function isAmount(usd: number): boolean {
  return Number.isFinite(usd) && usd >= 0;
}
