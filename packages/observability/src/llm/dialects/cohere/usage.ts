import { field } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { eitherCount, eitherField } from '../spelling.ts';
import { usageOfParts } from '../usage-parts.ts';

/** What is billed in another unit than tokens. */
const OTHER_UNITS = ['searchUnits', 'classifications', 'images', 'imageTokens', 'pages'] as const;

/**
 * The usage that Cohere bills: its own instructions count as tokens, but are not billed. If the bill is missing (on other platforms), the
 * tokens count.
 *
 * @param usage - the `usage` of the second version, or the `meta` of the first and of embeddings
 */
export function cohereUsage(usage: unknown, isEmbedding: boolean): Usage | undefined {
  const billed = eitherField(usage, 'billedUnits');
  const counts = billed ?? field(usage, 'tokens');
  const hasOtherUnits = OTHER_UNITS.some((name) => (eitherCount(billed, name) ?? 0) > 0);
  return usageOfParts({
    inputTokens: eitherCount(counts, 'inputTokens') ?? (hasOtherUnits ? 0 : undefined),
    outputTokens: eitherCount(counts, 'outputTokens') ?? (isEmbedding ? 0 : undefined),
    hasUnlistedParts: hasOtherUnits || undefined,
  });
}
