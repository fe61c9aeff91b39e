import { type AbortSource, LazyController } from './abort-source.ts';
import type { WorkflowContext } from './context.ts';
import { discardOutput, endOutputWith } from './output/follow-output.ts';
import { isThenable } from './rejection.ts';

/** A controller that also aborts, with the same reason, when the context it was derived from is cancelled. */
export interface DerivedController {
  /** For a child context. Becomes a signal on first read. */
  readonly abortSource: AbortSource;
  readonly signal: AbortSignal;
  /** Aborts, once and for all, and unlinks it from the context. */
  abort(reason: unknown): void;
  /** Unlinks it from the context; call it when the work and its output have ended. */
  release(): void;
}

/**
 * Derives a controller from a context by hand: `AbortSignal.any` keeps half a kilobyte per call on a long-lived parent.
 *
 * @param options - `awaitsWork` for an owner that answers its caller itself when the context is cancelled, and still waits for the work
 * @see https://github.com/nodejs/node/issues/54614
 */
export function deriveController(
  context: WorkflowContext,
  { awaitsWork = context.abortSource?.awaitsWork }: Pick<AbortSource, 'awaitsWork'> = {},
): DerivedController {
  return new ContextController(context, new LazyController({ awaitsWork }));
}

class ContextController implements DerivedController {
  readonly abortSource: LazyController;
  readonly release: () => void;

  constructor(context: WorkflowContext, controller: LazyController) {
    this.abortSource = controller;
    this.release = context.onAbort((reason) => controller.abort(reason));
  }

  get signal(): AbortSignal {
    return this.abortSource.signal;
  }

  abort(reason: unknown): void {
    this.release();
    this.abortSource.abort(reason);
  }
}

/**
 * Settles as `work` does, or rejects with the context's abort reason as soon as it is cancelled, even if `work` ignores that.
 *
 * What `work` does after an abort is dropped: an error never becomes an unhandled rejection, and a stream is ended.
 */
export function untilAborted<T>(context: WorkflowContext, work: Promise<T>): Promise<T> {
  if (!context.isAbortable) return work;
  return new Promise<T>((resolve, reject) => {
    const release = context.onAbort(reject);
    work.then(
      (value) => {
        release();
        if (context.isAborted) discardOutput(value, context.signal.reason);
        resolve(value);
      },
      (error: unknown) => {
        release();
        reject(error);
      },
    );
  });
}

/**
 * Ends work with its context. The promise rejects with the abort reason as soon as the context is cancelled, even if the work ignores the
 * signal. A stream that the work returned is closed if the context is cancelled later. Work stays as it is if its owner still waits for it,
 * as a timeout does in its grace period.
 */
export function endingWith<O>(source: AbortSource | undefined, work: O | PromiseLike<O>): O | PromiseLike<O> {
  if (source === undefined || source.awaitsWork === true) return work;
  if (!isThenable(work)) return endOutputWith(work as O, source);
  return new Promise<O>((resolve, reject) => {
    let isLeft = false;
    const release = source.onAbort((reason) => {
      isLeft = true;
      reject(reason);
    });
    (work as PromiseLike<O>).then(
      (output) => {
        release();
        if (isLeft) discardOutput(output, source.reason);
        else resolve(endOutputWith(output, source));
      },
      (error: unknown) => {
        release();
        reject(error);
      },
    );
  });
}

/** Waits on the context's clock. @throws the context's abort reason itself, at once, when it is cancelled */
export function sleep(context: WorkflowContext, delayMs: number): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let release = (): void => {};
    const timer = context.clock.setTimer(() => {
      release();
      resolve();
    }, delayMs);
    release = context.onAbort((reason) => {
      timer.cancel();
      reject(reason);
    });
  });
}
