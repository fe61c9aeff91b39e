import { runInContext, WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { expect } from 'vitest';
import type { LoopbackProvider } from './provider.ts';

/** What work ends with whose limit of some milliseconds passes once the provider has its request, on a clock that is moved. */
export async function lateOutcome(
  provider: LoopbackProvider,
  limitMs: number,
  work: () => PromiseLike<unknown>,
): Promise<unknown> {
  const clock = manualClock();
  const before = provider.received.length;
  const outcome = runInContext(new WorkflowContext({ clock }), async () => work()).catch((error: unknown) => error);
  await expect.poll(() => provider.received.length).toBeGreaterThan(before);
  await clock.advance(limitMs);
  return outcome;
}
