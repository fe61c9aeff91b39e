import type { Style } from './io.ts';

/** A saving is good news only if it is one, and if most requests were answered. */
export function savingStyle(savedUsd: number, requests: number, failed: number): Style {
  if (savedUsd < 0) return 'red';
  return failed * 2 > requests || savedUsd === 0 ? 'yellow' : 'green';
}
