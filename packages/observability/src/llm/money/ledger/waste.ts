import type { WasteCause } from './entry.ts';
import { isFollowed, type Placed } from './placed.ts';

/** What it means that another part was executed after one that gave no answer, by the kind of the primitive around them. */
const REPLACED: Readonly<Record<string, WasteCause>> = {
  retry: 'retried',
  router: 'fell_back',
  fallback: 'fell_back',
  cascade: 'rejected',
};

/** Why the answer of a call did not reach the caller of the request; undefined if it did, or may have. */
export function wasteCauseOf(call: Placed): WasteCause | undefined {
  let hasAnswered = true;
  let top = call;
  for (let part = call; part.parent !== undefined; part = part.parent) {
    hasAnswered &&= part.execution.status === 'success';
    const cause = causeWithin(part, part.parent, hasAnswered);
    if (cause !== undefined) return cause;
    top = part.parent;
  }
  const { status } = top.execution;
  if (status === 'cancelled') return 'cancelled';
  return hasAnswered && status === 'success' ? undefined : 'failed';
}

/** Why a part is of no use to the primitive around it. */
function causeWithin(part: Placed, { execution, stated }: Placed, hasAnswered: boolean): WasteCause | undefined {
  if (stated['timeout.outcome'] === 'timeout') return 'timed_out';
  const isReplaced = isFollowed(part);
  if (hasAnswered) return stated['cascade.outcome'] === 'escalated' && isReplaced ? 'rejected' : undefined;
  if (isReplaced && execution.kind in REPLACED) return REPLACED[execution.kind];
  if (execution.status !== 'success') return undefined;
  if (execution.kind === 'parallel') return 'outraced';
  return isReplaced ? 'retried' : 'failed';
}
