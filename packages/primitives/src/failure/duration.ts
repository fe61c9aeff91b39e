const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const PIECE = /(\d{1,12}(?:\.\d{1,9})?)(ms|[smhd])/g;
const PIECES = /^(?:\d{1,12}(?:\.\d{1,9})?(?:ms|[smhd]))+$/;

/** Milliseconds of a duration with units: `1m30s`, `7.66s`, `20ms`; undefined for anything else. */
export function readDuration(text: string): number | undefined {
  if (!PIECES.test(text)) return undefined;
  let durationMs = 0;
  // The units of the pattern are those of the table.
  for (const [, count, unit] of text.matchAll(PIECE)) durationMs += Number(count) * UNITS_MS[unit as 's'];
  return durationMs;
}
