import type { Fault } from '../provider/model.ts';
import { fractionOf } from './random.ts';
import type { Limits } from './workload.ts';

/** A fault for the prompt, or none: as often as `share` says, and the same for the same seed. */
export function faultFor(
  prompt: string,
  isStreamed: boolean,
  share: number,
  seed: number,
  limits: Limits,
): Fault | undefined {
  if (fractionOf('fault', seed, prompt) >= share) return undefined;
  const kind = fractionOf('kind of fault', seed, prompt);
  if (kind < 0.3) return { kind: 'error', status: 500 };
  if (kind < 0.5) return { kind: 'error', status: 429 };
  if (isStreamed) return { kind: 'stall', afterChunks: 1 };
  return kind < 0.75 ? { kind: 'hang' } : lateAnswer(limits);
}

/** An answer that misses the deadline and comes within the grace period, with room on both sides. */
export function lateAnswer({ timeoutMs, graceMs }: Limits): Fault {
  return { kind: 'late', afterMs: timeoutMs + graceMs * 0.2 };
}
