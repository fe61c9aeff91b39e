import { countField } from '../../fields.ts';
import type { UsageNames } from './usage-names.ts';

interface Counts {
  readonly prompt: number;
  readonly toolUse: number;
  readonly candidates: number;
  readonly thoughts: number | undefined;
  readonly cached: number | undefined;
  readonly total: number | undefined;
}

function countsOf(usage: unknown, names: UsageNames): Counts | undefined {
  const prompt = countField(usage, names.prompt);
  if (prompt === undefined) return undefined;
  return {
    prompt,
    toolUse: countField(usage, names.toolUse) ?? 0,
    candidates: countField(usage, names.output[0]) ?? countField(usage, names.output[1]) ?? 0,
    thoughts: countField(usage, names.thoughts),
    cached: countField(usage, names.cached),
    total: countField(usage, names.total) || undefined, // a total of 0 is a total that is not known
  };
}

export interface Totals {
  readonly input: number;
  readonly output: number;
  readonly cached: number | undefined;
  readonly thoughts: number | undefined;
}

/** The input and the output that add up to the stated total; undefined if there is not one way in which they can. */
export function totalsOf(usage: unknown, names: UsageNames): Totals | undefined {
  const counts = countsOf(usage, names);
  if (counts === undefined) return undefined;
  const { prompt, toolUse, candidates, thoughts, cached = 0, total } = counts;
  const input = prompt + toolUse;
  if (input === 0 && candidates > 0) return undefined; // no prompt is empty
  const parts = { cached: counts.cached, thoughts };
  const named = input + candidates + (thoughts ?? 0);
  if (total === undefined || total === named) return { ...parts, input, output: candidates + (thoughts ?? 0) };
  if (total === input + candidates) return { ...parts, input, output: candidates };
  if (total < named) return undefined;
  if (total === named + cached) return { ...parts, input: input + cached, output: candidates + (thoughts ?? 0) };
  // The rest is thoughts that a gateway does not name; they are billed as output.
  return { ...parts, input, output: total - input };
}
