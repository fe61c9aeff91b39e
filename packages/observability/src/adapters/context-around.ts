import { followOutput, WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';
import { currentContext, LazyController, SignalSource } from 'tta-dev-primitives/internal';

/** The context of one call. */
export interface CallContext {
  readonly context: WorkflowContext;
  /** Unlinks it from the context of `runInContext`; call it when the call and its answer have ended. */
  readonly release: () => void;
}

/** What a call of an SDK says about itself. */
export interface CallInit {
  readonly tenantId: string | undefined;
  readonly attempt?: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** The metadata of the call, beside that of the context around it. */
  readonly metadata: (around: WorkflowContext['metadata']) => WorkflowContext['metadata'];
}

const releaseNothing = (): void => {};

/** A context for a call: within that of `runInContext`, if there is one, and ended by the signal of the caller. */
export function contextAround(name: string, { tenantId, attempt, signal, metadata: within }: CallInit): CallContext {
  const around = currentContext();
  if (around === undefined) {
    const metadata = within({});
    return { context: new WorkflowContext({ tenantId, attempt, signal, metadata }), release: releaseNothing };
  }
  const controller = new LazyController({ awaitsWork: around.abortSource?.awaitsWork === true });
  const unlink = around.onAbort((reason) => controller.abort(cancellation(reason)));
  const forget = signal && new SignalSource(signal).onAbort((reason) => controller.abort(reason));
  const release = (): void => {
    unlink();
    forget?.();
  };
  const metadata = within(around.metadata);
  return { context: around.child(name, { tenantId, attempt, abortSource: controller, metadata }), release };
}

/** Executes a workflow for a call, in a context that ends with the call and its answer. */
export async function executeAround<I, O>(
  workflow: WorkflowPrimitive<I, O>,
  request: I,
  { name, ...init }: CallInit & { readonly name: string },
): Promise<O> {
  const { context, release } = contextAround(name, init);
  try {
    return followOutput(await workflow.execute(request, context), { onEnd: release });
  } catch (error) {
    release();
    throw error;
  }
}

/** Some SDKs end a stream that fails with an AbortError as if it were complete, so only the abort of their own signal may be one. */
function cancellation(reason: unknown): unknown {
  const isAbort = reason instanceof Error && reason.name === 'AbortError';
  return isAbort ? new CancelledError(reason) : reason;
}

/** The context of `runInContext` was cancelled. */
class CancelledError extends Error {
  override readonly name = 'CancelledError';
  readonly code = 'ERR_TTA_CANCELLED';

  constructor(cause: Error) {
    super(`the work was cancelled: ${cause.message}`, { cause });
  }
}
