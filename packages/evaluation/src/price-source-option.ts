import { checkFunction, type OptionRule, option } from 'tta-dev-primitives/internal';
import type { PriceSource } from 'tta-observability-integration/llm';

/** Where prices come from: an object with `price`. */
export const priceSourceOption: OptionRule<undefined> = option((owner, name, value) =>
  checkFunction(owner, `${name}.price`, (value as Partial<PriceSource> | null)?.price),
);
