import { pricesOfDialects } from '../dialects/registry.ts';
import { bundledPrices } from './bundled-prices.ts';
import type { PriceSource } from './price-source.ts';

/** The default prices: those of registered dialects for their own models, then the bundled list. */
export const knownPrices: PriceSource = {
  price(usage, model, query) {
    for (const prices of pricesOfDialects()) {
      const cost = prices.price(usage, model, query);
      if (cost !== null) return cost;
    }
    return bundledPrices.price(usage, model, query);
  },
};
