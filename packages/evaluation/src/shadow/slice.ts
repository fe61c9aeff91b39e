import { createHmac } from 'node:crypto';
import type { WorkflowContext } from 'tta-dev-primitives';

/** Which requests are compared. */
export interface SliceSettings<I> {
  readonly share: number;
  readonly sampleBy: ((input: I, context: WorkflowContext) => string | undefined) | undefined;
  readonly secret: string;
  readonly random: () => number;
}

/**
 * Whether a request is in the slice. What has a key is in it always or never, for one secret; a larger share keeps all that a smaller
 * one had. What has no key, or a key that cannot be found, is drawn at random.
 */
export function isInSlice<I>(
  { share, sampleBy, secret, random }: SliceSettings<I>,
  input: I,
  context: WorkflowContext,
): boolean {
  if (share === 0) return false;
  const key = keyOf(sampleBy, input, context);
  return (key === undefined ? random() : unitOf(secret, key)) < share;
}

function keyOf<I>(sampleBy: SliceSettings<I>['sampleBy'], input: I, context: WorkflowContext): string | undefined {
  try {
    const key = sampleBy?.(input, context);
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined; // the caller's answer does not depend on a sample
  }
}

/** A number in [0, 1). Without the secret, a key cannot be chosen to get a certain number. */
function unitOf(secret: string, key: string): number {
  return createHmac('sha256', secret).update(key).digest().readUIntBE(0, 6) / 2 ** 48;
}
