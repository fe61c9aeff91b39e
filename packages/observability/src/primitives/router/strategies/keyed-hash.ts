import type { WorkflowContext } from 'tta-dev-primitives';
import { fnv1a } from '../../../learning/text/fnv1a.ts';

/** Names what belongs together: a session, a user, a tenant. Undefined when the work belongs to nothing. */
export type KeyFunction<I> = (input: I, context: WorkflowContext) => string | undefined;

/** The session of the work. */
export const sessionOf: KeyFunction<unknown> = (_input, { sessionId }) => sessionId;

/** A number of 53 bits instead of a key, which can be long or private. */
export function hashOf(key: string): number {
  return (fnv1a(key) >>> 0) * 2 ** 21 + (fnv1a(key, fnv1a(`${key.length}`)) >>> 11);
}

/**
 * A number above 0 and below 1 that a key and a route have in common, always the same and evenly spread over keys.
 *
 * FNV-1a tells texts apart but leaves those that differ at the end close together; the steps after it, the end of MurmurHash3,
 * spread them.
 *
 * @see https://github.com/aappleby/smhasher for `fmix32`
 */
function unitOf(key: string, route: string): number {
  let hash = fnv1a(route, fnv1a(`${key}\u0000`));
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return ((hash >>> 0) + 0.5) / 2 ** 32;
}

/**
 * The name with the highest score for a key: weighted rendezvous hashing. A name that leaves moves only its own keys, and a weight
 * that grows moves keys to its name only.
 *
 * @param weights - by name; names with weight 0 are never chosen
 * @see https://www.snia.org/sites/default/files/SDC15_presentations/dist_sys/Jason_Resch_New_Consistent_Hashings_Rev.pdf
 */
export function rendezvous(
  key: string,
  weights: Iterable<readonly [name: string, weight: number]>,
): string | undefined {
  let chosen: string | undefined;
  let best = 0;
  for (const [name, weight] of weights) {
    const score = weight / -Math.log(unitOf(key, name));
    if (score > best) [chosen, best] = [name, score];
  }
  return chosen;
}
