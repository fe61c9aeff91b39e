import { field } from '../../fields.ts';

const STANDARD_TIERS: ReadonlySet<string> = new Set(['default', 'auto', 'standard', 'on_demand']);

/** The tier that an answer says it was billed at; undefined for the standard one. */
export function serviceTierIn(answer: unknown): string | undefined {
  const tier = field(answer, 'service_tier');
  if (typeof tier !== 'string' || tier === '') return undefined;
  const word = tier.toLowerCase();
  return STANDARD_TIERS.has(word) ? undefined : word;
}
