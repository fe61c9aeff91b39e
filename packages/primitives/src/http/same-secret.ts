import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two texts are the same. It takes the same time wherever they differ, so nothing about a secret can be measured. */
export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

/** Digests have one length, whatever the texts have. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
