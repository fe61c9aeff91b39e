import { checkFunction, type OptionRule, option } from 'tta-dev-primitives/internal';
import type { Cost } from './cost.ts';
import type { Usage } from './usage.ts';

/** What a price may depend on besides the model. */
export interface PriceQuery {
  /** Who serves the model; the same model has different prices at different providers. @defaultValue guessed from the model's name */
  readonly provider?: string | undefined;
  /** When the call was made; prices change with the date, some with the time of day. @defaultValue now */
  readonly at?: Date | undefined;
}

/** Knows what models cost. */
export interface PriceSource {
  /**
   * @returns the cost, whose parts add up to its total, or null if any part of the price is unknown; an unknown price is never 0
   */
  price(usage: Usage, model: string, query: PriceQuery): Cost | null;
}

/** The option `prices` of a primitive. */
export const priceSourceOption: OptionRule<undefined> = option((owner, name, value) =>
  checkFunction(owner, `${name}.price`, (value as Partial<PriceSource> | null)?.price),
);
