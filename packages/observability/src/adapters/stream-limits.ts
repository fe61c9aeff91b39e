import type { TimeoutOptions } from '../primitives/index.ts';

/** An answer that has begun may still stall: without limits for streams, its parts come within the limit of the whole. */
export function withStreamLimits<I, O>(timeout: TimeoutOptions<I, O>): TimeoutOptions<I, O> {
  const { timeoutMs, stream } = timeout;
  const isBound = stream === undefined && typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs !== Infinity;
  return isBound ? { ...timeout, stream: { idleMs: timeoutMs } } : timeout;
}
