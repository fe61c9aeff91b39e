import type { WorkflowContext } from './context.ts';

/** Node.js cuts timers to whole milliseconds, and a busy loop runs them late. */
const HEAD_START_MS = 5;

/**
 * How long to wait before acting on a context's deadline, in milliseconds, for code that did not set it. The owner of a deadline
 * acts first, with its own error, even if the event loop lags. Other code acts only on deadlines without an owner.
 *
 * @param remainingMs - until the deadline; `Infinity` stays `Infinity`
 */
export function delayBehindOwner(context: WorkflowContext, remainingMs: number = context.remainingMs()): number {
  return context.isDeadlineOwned ? Infinity : Math.ceil(remainingMs) + HEAD_START_MS;
}

/**
 * Calls `expire` when a context's deadline has passed and its owner has not acted on it.
 *
 * @returns the function that forgets it; call it when the wait is over
 */
export function onDeadline(context: WorkflowContext, expire: (error: DOMException) => void): () => void {
  let turn: NodeJS.Immediate | undefined;
  const timer = context.clock.setTimer(() => {
    const expired = new DOMException('the deadline of the execution has passed', 'TimeoutError');
    turn = setImmediate(() => expire(expired)); // an owner that lags gives an answer one more turn, and acts then
  }, delayBehindOwner(context));
  return () => {
    timer.cancel();
    clearImmediate(turn);
  };
}
