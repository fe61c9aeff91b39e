import type { GeminiCounts } from './counts.ts';

export interface Totals {
  readonly input: number;
  readonly output: number;
}

/** The input and the output that add up to the stated total; undefined if there is no way, or several ways. */
export function totalsOf({
  prompt,
  toolUse = 0,
  candidates = 0,
  thoughts = 0,
  cached = 0,
  total,
}: GeminiCounts): Totals | undefined {
  if (prompt === undefined) return undefined;
  const input = prompt + toolUse;
  if (input === 0 && candidates > 0) return undefined; // no prompt is empty
  const output = candidates + thoughts;
  // A total of 0 is unknown.
  if (total === undefined || total === 0 || total === input + output) return { input, output };
  if (total === input + candidates) return { input, output: candidates };
  if (total < input + output) return undefined;
  if (total === input + output + cached) return { input: input + cached, output };
  // The rest is thoughts that a gateway does not name; they are billed as output.
  return { input, output: total - input };
}
