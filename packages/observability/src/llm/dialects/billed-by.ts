import { countField, isObject } from '../fields.ts';

const STANDARD_TIERS: ReadonlySet<string> = new Set(['default', 'auto', 'standard', 'on_demand', 'unspecified']);

/** The tier that an answer was billed at, by its word for the tier; undefined for the standard tier. */
export function tierOf(word: unknown): string | undefined {
  if (typeof word !== 'string' || word === '') return undefined;
  const tier = word.toLowerCase();
  return STANDARD_TIERS.has(tier) ? undefined : tier;
}

/** The same for two words. The price of two tiers together is unknown, so their names are joined. */
export function tierOfBoth(word: unknown, other: unknown): string | undefined {
  const [tier, second] = [tierOf(word), tierOf(other)];
  return tier === undefined || second === undefined ? (tier ?? second) : `${tier}_${second}`;
}

/** Words for inference that may run anywhere, at no extra cost. */
const ANYWHERE: ReadonlySet<string> = new Set(['', 'global', 'not_available']);

/** Where inference had to run; undefined if it may have run anywhere. */
export function regionOf(word: unknown): string | undefined {
  const region = typeof word === 'string' ? word.toLowerCase() : '';
  return ANYWHERE.has(region) ? undefined : region;
}

/** How often the provider ran tools, by the counts that it states: `{ web_search_requests: 1 }`. */
export function toolCallsIn(uses: unknown): Readonly<Record<string, number>> | undefined {
  if (!isObject(uses)) return undefined;
  const calls = Object.keys(uses).map((name) => [name.replace(/_(requests|calls)$/, ''), countField(uses, name) ?? 0]);
  return Object.fromEntries(calls) as Record<string, number>;
}
