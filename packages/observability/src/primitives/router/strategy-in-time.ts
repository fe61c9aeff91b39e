import type { WorkflowContext } from 'tta-dev-primitives';
import { delayBehindOwner, untilAborted, within } from 'tta-dev-primitives/internal';

/**
 * Waits for a strategy until its limit, the deadline of the work, or its cancellation, whichever is first.
 *
 * @throws what the strategy throws; a `TimeoutError` at the limit; `context.signal.reason`
 */
export function strategyInTime<T>(limitMs: number, deciding: Promise<T>, context: WorkflowContext): Promise<T> {
  const waitMs = Math.min(limitMs, delayBehindOwner(context));
  return within(
    context.clock,
    waitMs,
    () => untilAborted(context, deciding),
    () => {
      throw new DOMException(`the strategy has not decided within ${waitMs} ms`, 'TimeoutError');
    },
  );
}
