import { bundledPrices, type PriceSource, priceList, type TokenPrice } from 'tta-observability-integration/llm';
import { UsageError } from '../usage-error.ts';
import { textOf } from '../workload/lines.ts';
import { isObject } from '../workload/records.ts';

/**
 * The prices in a file, by model: JSON of `{ "model": { "inputPerMillionUsd": 1, "outputPerMillionUsd": 2 } }`, or
 * `{ "model": { "perCallUsd": 1 } }`.
 *
 * @throws UsageError if the file cannot be read, or holds no object
 */
export async function readPriceFile(
  path: string,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const text = await textOf(path, signal);
  try {
    const prices: unknown = JSON.parse(text);
    if (isObject(prices)) return prices;
  } catch {
    throw new UsageError(`${path} is not JSON`);
  }
  throw new UsageError(`${path} must contain a JSON object with a price for each model`);
}

/** A price list of what a file holds. @throws UsageError that names the model and the rate */
export function checkedPrices(
  prices: Readonly<Record<string, TokenPrice>>,
  path: string | undefined,
  fallback?: PriceSource,
): PriceSource {
  try {
    return priceList(prices, fallback);
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Prices of tokens that the user gives in a file. */
export interface OwnPrices {
  readonly path: string;
  readonly byModel: ReadonlyMap<string, TokenPrice>;
  /** The same before the bundled list. */
  readonly source: PriceSource;
}

/** @throws UsageError if the file cannot be read, or holds an invalid price */
export async function readOwnPrices(path: string, signal: AbortSignal | undefined): Promise<OwnPrices> {
  const prices = Object.entries(await readPriceFile(path, signal)).map(([model, price]) => {
    const flat = isObject(price) ? price['perCallUsd'] : undefined;
    const perCall = { inputPerMillionUsd: 0, outputPerMillionUsd: 0, requestUsd: flat };
    return [model, (flat === undefined ? price : perCall) as TokenPrice] as const; // checked below
  });
  const source = checkedPrices(Object.fromEntries(prices), path, bundledPrices);
  return { path, byModel: new Map(prices), source };
}
