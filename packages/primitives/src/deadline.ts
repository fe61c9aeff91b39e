import type { WorkflowContext } from './context.ts';

/** Node.js cuts timers to whole milliseconds, and a busy loop runs them late. */
const HEAD_START_MS = 5;

/**
 * How long to wait before acting on the deadline of a context, in milliseconds, for whoever has not set it. Who has set it acts
 * first, with an error of its own, however much the event loop lags: a deadline that is owned is left to its owner, and only one that
 * nobody enforces is left to others.
 *
 * @param remainingMs - until the deadline; `Infinity` stays `Infinity`
 */
export function delayBehindOwner(context: WorkflowContext, remainingMs: number = context.remainingMs()): number {
  return context.isDeadlineOwned ? Infinity : Math.ceil(remainingMs) + HEAD_START_MS;
}

/**
 * Calls `expire` when the deadline of a context has passed and nobody has acted on it.
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
