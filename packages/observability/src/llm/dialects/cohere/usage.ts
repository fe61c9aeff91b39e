import { countField, field } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { usageOfParts } from '../usage-parts.ts';
import { spelled } from './spelling.ts';

/** What is billed in another unit than tokens. */
const OTHER_UNITS = [
  ['search_units', 'searchUnits'],
  ['classifications', 'classifications'],
  ['images', 'images'],
  ['image_tokens', 'imageTokens'],
  ['pages', 'pages'],
] as const;

/**
 * The usage that Cohere bills: its own instructions count as tokens, but are not billed. If the bill is missing (on other platforms), the
 * tokens count.
 *
 * @param usage - the `usage` of the second version, or the `meta` of the first and of embeddings
 */
export function cohereUsage(usage: unknown, isEmbedding: boolean): Usage | undefined {
  const billed = spelled(usage, 'billed_units', 'billedUnits');
  const counts = billed ?? field(usage, 'tokens');
  const noOutput = isEmbedding ? 0 : undefined;
  return usageOfParts({
    inputTokens: count(counts, 'input_tokens', 'inputTokens') ?? (hasOtherUnits(billed) ? 0 : undefined),
    outputTokens: count(counts, 'output_tokens', 'outputTokens') ?? noOutput,
    hasUnlistedParts: hasOtherUnits(billed) || undefined,
  });
}

function hasOtherUnits(billed: unknown): boolean {
  return OTHER_UNITS.some(([snake, camel]) => (count(billed, snake, camel) ?? 0) > 0);
}

function count(value: unknown, snakeName: string, camelName: string): number | undefined {
  return countField(value, snakeName) ?? countField(value, camelName);
}
