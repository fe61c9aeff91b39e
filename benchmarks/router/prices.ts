import { readFile } from 'node:fs/promises';
import type { CallPrice } from 'tta-evaluation';
import type { Prices } from './cascades.ts';
import { PRICES } from './situations.ts';

/**
 * The prices of a file beside those of the recorded models: `{ model: { inputPerMillionUsd, outputPerMillionUsd } }`, or
 * `{ model: { perCallUsd } }`.
 *
 * @throws TypeError if the file holds anything else
 */
export async function readPrices(path: string | undefined): Promise<Prices> {
  if (path === undefined) return PRICES;
  const file: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (typeof file !== 'object' || file === null || Array.isArray(file)) throw new TypeError('it must be an object');
  return {
    ...PRICES,
    ...Object.fromEntries(Object.entries(file).map(([model, price]) => [model, priceIn(model, price)])),
  };
}

function priceIn(model: string, price: unknown): CallPrice {
  const { perCallUsd, inputPerMillionUsd, outputPerMillionUsd } = (price ?? {}) as Readonly<Record<string, unknown>>;
  if (isAmount(perCallUsd)) return { perCall: perCallUsd };
  if (isAmount(inputPerMillionUsd) && isAmount(outputPerMillionUsd)) return { inputPerMillionUsd, outputPerMillionUsd };
  throw new TypeError(`the price of ${model} must have perCallUsd, or inputPerMillionUsd and outputPerMillionUsd`);
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}
