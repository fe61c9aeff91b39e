import type { WorkflowContext } from './context.ts';

/** A controller that also aborts, with the same reason, when the context it was derived from is cancelled. */
export interface DerivedController {
  readonly signal: AbortSignal;
  /** Aborts, once and for all, and unlinks it from the context. */
  abort(reason: unknown): void;
  /** Unlinks it from the context; call it when the work and its output have ended. */
  release(): void;
}

/**
 * Derives a controller from a context by hand: `AbortSignal.any` keeps half a kilobyte per call on a long-lived parent.
 *
 * @see https://github.com/nodejs/node/issues/54614
 */
export function deriveController(context: WorkflowContext): DerivedController {
  const controller = new AbortController();
  const release = context.onAbort((reason) => controller.abort(reason));
  return {
    signal: controller.signal,
    abort(reason) {
      release();
      controller.abort(reason);
    },
    release,
  };
}
