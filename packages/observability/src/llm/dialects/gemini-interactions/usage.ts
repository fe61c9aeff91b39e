import { countField, field, listOf, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { GeminiCounts } from '../gemini/counts.ts';
import { countedUsage } from '../gemini/usage.ts';

/** The counts of an interaction, gathered from all of its events: those of a response, under other names. */
export class InteractionCounts {
  readonly #counts = new GeminiCounts();
  readonly #calls: Record<string, number> = {};

  add(usage: unknown): this {
    if (typeof usage !== 'object' || usage === null) return this;
    this.#counts.add(usage);
    for (const item of listOf(field(usage, 'grounding_tool_count'))) {
      const [tool, count] = [textField(item, 'type'), countField(item, 'count') ?? 0];
      if (tool !== undefined && count > 0) this.#calls[tool] = Math.max(this.#calls[tool] ?? 0, count);
    }
    return this;
  }

  /** @see https://ai.google.dev/api/interactions-api */
  usage(tier: string | undefined): Usage | undefined {
    this.#counts.tier ??= tier;
    const usage = countedUsage(this.#counts);
    return usage && Object.keys(this.#calls).length > 0 ? { ...usage, toolCalls: { ...this.#calls } } : usage;
  }
}
