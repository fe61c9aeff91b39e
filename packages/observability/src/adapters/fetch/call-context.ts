import { WorkflowContext } from 'tta-dev-primitives';
import { currentContext, LazyController } from 'tta-dev-primitives/internal';
import { type FetchCall, type FetchRequest, metadataWith } from './fetch-call.ts';

/** The context of one call. */
export interface CallContext {
  readonly context: WorkflowContext;
  /** Unlinks it from the context of `runInContext`; call it when the call and its answer have ended. */
  readonly release: () => void;
}

/** Whose call it is: a name, or a function of the request. */
export type TenantOption = string | ((request: FetchRequest) => string | undefined) | undefined;

const releaseNothing = (): void => {};

/** A context for a call: within that of `runInContext`, if there is one, and ended by the signal of the caller. */
export function callContext(call: FetchCall, tenant: TenantOption): CallContext {
  const { request, init } = call;
  const tenantId = typeof tenant === 'function' ? tenant(request) : tenant;
  const attempt = attemptOf(request.headers);
  const signal = init.signal ?? undefined;
  const around = currentContext();
  if (around === undefined) {
    const metadata = metadataWith(call, {});
    return { context: new WorkflowContext({ tenantId, attempt, signal, metadata }), release: releaseNothing };
  }
  const controller = new LazyController({ awaitsWork: around.abortSource?.awaitsWork === true });
  const leave = (): void => controller.abort(signal?.reason);
  const unlink = around.onAbort((reason) => controller.abort(cancellation(reason)));
  signal?.addEventListener('abort', leave, { once: true });
  const release = (): void => {
    unlink();
    signal?.removeEventListener('abort', leave);
  };
  const metadata = metadataWith(call, around.metadata);
  return { context: around.child('fetch', { tenantId, attempt, abortSource: controller, metadata }), release };
}

/** SDKs count their attempts in a header. */
function attemptOf(headers: Headers): number | undefined {
  const retries = headers.get('x-stainless-retry-count');
  return retries !== null && /^[1-9]\d{0,3}$/.test(retries) ? Number(retries) + 1 : undefined;
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
