import type { StepFunction, WorkflowContext } from 'tta-dev-primitives';
import { isPlainObject } from '../../llm/fields.ts';
import { withMembers } from './edit-json.ts';
import { carried, type FetchCall, type FetchRequest } from './fetch-call.ts';
import { endedAtFinish } from './finished-body.ts';
import { ownResponse } from './own-response.ts';
import { type Destination, destinationOf, type FetchTarget } from './target.ts';
import { type SentAnswer, WholeBody } from './whole-answer.ts';

export interface SendOptions {
  /** What carries the request. */
  readonly fetch: typeof fetch;
  /** Whether a stream is asked for its usage. */
  readonly includeUsage: boolean;
  /** @defaultValue where the caller has sent it */
  readonly target?: FetchTarget | undefined;
}

/** The innermost step: sends a request, byte for byte as its caller has written it, except for what the workflow changes. */
export function sender({ fetch, includeUsage, target }: SendOptions): StepFunction<FetchRequest, SentAnswer> {
  return async (request, context) => {
    const call = carried.callIn(context);
    if (request.url !== call.request.url) {
      throw new TypeError('ttaFetch: a step must not change the url of a request; use routes with a baseURL');
    }
    const model = target?.model ?? changedModel(request, call);
    const { signedHeaders } = call;
    const body = bodyOf(request, call, model, includeUsage && signedHeaders === undefined);
    const { url, headers } = destination(request, call, target, model);
    if (signedHeaders !== undefined && (body !== call.init.body || url !== call.address.href)) {
      throw new TypeError('ttaFetch: a request that is signed for AWS cannot go to another model or server');
    }
    if (body !== call.init.body) headers.delete('content-length');
    const signal = context.isAbortable ? context.signal : null;
    const response = await fetch(url, { ...call.init, method: 'POST', headers, body, signal });
    return sentAnswer(ownResponse(response), call, context);
  };
}

/** A failure is read by the model call, and a whole answer has come only with its body. */
async function sentAnswer(response: Response, call: FetchCall, { clock }: WorkflowContext): Promise<SentAnswer> {
  const { isStreamed, wantsUsage, http } = call;
  const { finish } = http;
  if (isStreamed) {
    return finish === undefined ? response : endedAtFinish(response, { finish, isByEvent: !wantsUsage, clock });
  }
  if (!response.ok || isEventStream(response)) return response;
  const bytes = await response.arrayBuffer();
  return bytes.byteLength === 0 ? undefined : new WholeBody(response, new Uint8Array(bytes));
}

const STREAM_TYPE = /^(?:text\/event-stream|application\/(?:x-)?ndjson|application\/vnd\.amazon\.eventstream)\b/i;

/** Whether a response is one of a series of parts, which may go on for long. */
export function isEventStream({ headers }: Response): boolean {
  return STREAM_TYPE.test(headers.get('content-type') ?? '');
}

/** The headers are a copy for this attempt, because a `fetch` may add a signature or a fresh token to them. */
function destination(
  { headers }: FetchRequest,
  call: FetchCall,
  target: FetchTarget | undefined,
  model: string | undefined,
): Destination {
  const isAsCalled = target === undefined && model === undefined;
  return isAsCalled
    ? { url: call.address.href, headers: new Headers(call.signedHeaders ?? headers) }
    : destinationOf(call, headers, target, model);
}

function changedModel({ model }: FetchRequest, { request }: FetchCall): string | undefined {
  return model !== request['model'] && typeof model === 'string' ? model : undefined;
}

type Body = NonNullable<RequestInit['body']>;

function bodyOf(request: FetchRequest, call: FetchCall, model: string | undefined, includeUsage: boolean): Body {
  const { fields, http, text, init, isStreamed, wantsUsage } = call;
  const edits: Record<string, unknown> = {};
  const isInPath = (name: string): boolean => http.pathFor?.(call.address.pathname, name) !== undefined;
  if (model !== undefined && (Object.hasOwn(fields, 'model') || !isInPath(model))) edits['model'] = model;
  if (includeUsage && isStreamed && !wantsUsage) {
    const { stream_options: given } = request;
    edits['stream_options'] = { ...(isPlainObject(given) ? given : {}), include_usage: true };
  }
  if (isRewritten(request, call.request)) return JSON.stringify({ ...bodyFields(request, call), ...edits });
  return Object.keys(edits).length === 0 ? (init.body as Body) : withMembers(text, edits); // a call has a body
}

/** What of a request is not in its body, and the model, which is swapped within it. */
const BESIDE: ReadonlySet<string> = new Set(['url', 'headers', 'apiKey', 'model']);

/** Whether a step has changed more than the model. */
function isRewritten(request: FetchRequest, original: FetchRequest): boolean {
  if (request === original) return false;
  const names = new Set([...Object.keys(request), ...Object.keys(original)]);
  return [...names].some((name) => !BESIDE.has(name) && request[name] !== original[name]);
}

/** The fields of a changed request, without those that its address states. */
function bodyFields(request: FetchRequest, { fields, endpoint }: FetchCall): Record<string, unknown> {
  const isStated = (name: string): boolean =>
    !Object.hasOwn(fields, name) && Object.hasOwn(endpoint.fields ?? {}, name);
  const own = Object.entries(request).filter(([name]) => name === 'model' || !BESIDE.has(name));
  return Object.fromEntries(own.filter(([name]) => !isStated(name)));
}
