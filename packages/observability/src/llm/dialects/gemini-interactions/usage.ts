import { countField, field, listOf, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { geminiTier, geminiUsage } from '../gemini/usage.ts';
import { INTERACTION } from '../gemini/usage-names.ts';

/** What an interaction used: as in a response of `generateContent`, under other names. @see https://ai.google.dev/api/interactions-api */
export function interactionUsage(usage: unknown, interaction: unknown): Usage | undefined {
  const counted = geminiUsage(usage, INTERACTION);
  if (counted === undefined) return undefined;
  const serviceTier = geminiTier(textField(interaction, 'service_tier'));
  const toolCalls = groundingCalls(field(usage, 'grounding_tool_count'));
  return { ...counted, ...(serviceTier && { serviceTier }), ...(toolCalls && { toolCalls }) };
}

function groundingCalls(counts: unknown): Record<string, number> | undefined {
  const calls: Record<string, number> = {};
  for (const item of listOf(counts)) {
    const [tool, count] = [textField(item, 'type'), countField(item, 'count') ?? 0];
    if (tool !== undefined && count > 0) calls[tool] = (calls[tool] ?? 0) + count;
  }
  return Object.keys(calls).length > 0 ? calls : undefined;
}
