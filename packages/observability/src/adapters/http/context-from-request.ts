import { WorkflowContext } from 'tta-dev-primitives';
import { nameOption, type OptionRules, option, readOptions, refusal } from 'tta-dev-primitives/internal';
import { departureOf } from './client-departure.ts';
import { headerOf, type IncomingRequest, isFetchRequest } from './incoming-request.ts';
import { baggageIn, traceMetadata } from './w3c-headers.ts';

/** A name, or a function of the request. */
export type FromRequest<R> = string | ((request: R) => string | undefined);

export interface ContextFromRequestOptions<R extends IncomingRequest = IncomingRequest> {
  /**
   * The tenant: a name, or a function that reads it from a session or token that your server has checked. Never use a
   * header that any client can set.
   *
   * @defaultValue none
   */
  readonly tenant?: FromRequest<R> | undefined;
  /** The user of the tenant, in the same way. @defaultValue none */
  readonly user?: FromRequest<R> | undefined;
}

const OWNER = 'contextFromRequest';

const named = option((owner, name, value) => {
  if (typeof value !== 'function') nameOption.check(owner, name, value);
});

const RULES = { tenant: named, user: named } satisfies OptionRules<ContextFromRequestOptions>;

/**
 * Creates a context for the work of a request.
 *
 * - It is cancelled when the client leaves: by the signal of the request, or when the connection of a request of
 *   Node.js closes.
 * - `traceparent` and `tracestate` are in its metadata, and the outermost span of the work becomes a child of the
 *   client's, unless an instrumentation of the server has made a span already.
 * - It has the `baggage` of the request, and its `x-correlation-id` or `x-request-id` as `correlationId`.
 *
 * A client can write all of these headers, so they decide nothing. Run work that should continue after the client has
 * left in `context.detach()`.
 *
 * @throws TypeError or RangeError that names the option if an option is wrong; what a function of yours throws
 * @example
 * ```ts
 * app.post('/answer', async (request, response) => {
 *   const context = contextFromRequest(request, { tenant: () => request.session.tenant });
 *   response.json(await workflow.execute(request.body, context));
 * });
 * ```
 */
export function contextFromRequest<R extends IncomingRequest>(
  request: R,
  options: ContextFromRequestOptions<R> = {},
): WorkflowContext {
  if (typeof (request as R | undefined)?.headers !== 'object') {
    throw new TypeError(refusal(OWNER, 'request', request, 'a Request or an IncomingMessage'));
  }
  const { tenant, user } = readOptions(OWNER, options as ContextFromRequestOptions, RULES) as typeof options;
  const trace = traceMetadata(headerOf(request, 'traceparent'), headerOf(request, 'tracestate'));
  const baggage = baggageIn(headerOf(request, 'baggage'));
  return new WorkflowContext({
    tenantId: namedBy(request, tenant),
    userId: namedBy(request, user),
    correlationId: correlationIn(request),
    ...(Object.keys(trace).length > 0 && { metadata: trace }),
    ...(Object.keys(baggage).length > 0 && { baggage }),
    ...(isFetchRequest(request) ? { signal: request.signal } : { abortSource: departureOf(request) }),
  });
}

function namedBy<R>(request: R, name: FromRequest<R> | undefined): string | undefined {
  return typeof name === 'function' ? name(request) : name;
}

/** A client chooses these, and they are written to traces: they are short and plain, or ignored. */
const PLAIN_ID = /^[\w.:-]{1,128}$/;

function correlationIn(request: IncomingRequest): string | undefined {
  return ['x-correlation-id', 'x-request-id']
    .map((name) => headerOf(request, name))
    .find((id) => id !== undefined && PLAIN_ID.test(id));
}
