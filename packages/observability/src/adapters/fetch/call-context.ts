import { type CallContext, contextAround } from '../context-around.ts';
import { carried, type FetchCall, type FetchRequest } from './fetch-call.ts';

/** Whose call it is: a name, or a function of the request. */
export type TenantOption = string | ((request: FetchRequest) => string | undefined) | undefined;

/** A context for a request: within that of `runInContext`, if there is one, and ended by the signal of the caller. */
export function callContext(call: FetchCall, tenant: TenantOption): CallContext {
  const { request, init } = call;
  return contextAround('fetch', {
    tenantId: typeof tenant === 'function' ? tenant(request) : tenant,
    attempt: attemptOf(request.headers),
    signal: init.signal ?? undefined,
    metadata: (around) => carried.within(call, around),
  });
}

/** SDKs count their attempts in a header. */
function attemptOf(headers: Headers): number | undefined {
  const retries = headers.get('x-stainless-retry-count');
  return retries !== null && /^[1-9]\d{0,3}$/.test(retries) ? Number(retries) + 1 : undefined;
}
