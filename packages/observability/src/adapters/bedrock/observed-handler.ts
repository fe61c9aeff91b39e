import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { FetchOptions } from '../fetch/fetch-options.ts';
import { isFinal, type TtaFetch, ttaFetch } from '../fetch/tta-fetch.ts';
import {
  decisiveHeaders,
  type HandlerOptions,
  type HandlerResponse,
  isOfHttp2,
  type RequestHandler,
  type SignedRequest,
  urlOf,
} from './signed-request.ts';

/** In the options of a `fetch`: the request that was signed, which is sent as it is. */
const SIGNED: unique symbol = Symbol('tta.signedRequest');

interface SignedInit extends RequestInit {
  readonly [SIGNED]: SignedRequest;
}

/** A handler around another one, and the workflow between them. */
export interface ObservedHandler extends RequestHandler {
  /** Whether the workflow tries again itself, which the client should then not. */
  readonly isFinal: boolean;
}

/** Puts a workflow around the calls that a handler carries; everything else of the handler stays as it is. */
export function observedHandler(handler: RequestHandler, options: FetchOptions): ObservedHandler {
  const observed = ttaFetch({
    operation: 'bedrock',
    ...options,
    fetch: (_, init) => send(handler, init as SignedInit),
  });
  const handle: RequestHandler['handle'] = (request, handlerOptions) =>
    asksModel(request) ? call(observed, request, handlerOptions) : handler.handle(request, handlerOptions);
  const own = { handle, isFinal: isFinal(undefined, observed.workflow) };
  return new Proxy(handler, {
    get: (target, name) => {
      const value: unknown = Object.hasOwn(own, name)
        ? own[name as keyof typeof own]
        : Reflect.get(target, name, target);
      return typeof value === 'function' && !Object.hasOwn(own, name) ? value.bind(target) : value; // it may have private members
    },
  }) as ObservedHandler;
}

const MODEL_PATH = /\/model\/[^/]+\/(?:converse|converse-stream|invoke|invoke-with-response-stream)$/;

function asksModel({ method, path, body }: SignedRequest): boolean {
  return method === 'POST' && MODEL_PATH.test(path) && (typeof body === 'string' || body instanceof Uint8Array);
}

/** The options of a handler hold the signal of the caller; older clients give one of their own kind, which `fetch` does not take. */
async function call(
  observed: TtaFetch,
  request: SignedRequest,
  { abortSignal }: HandlerOptions = {},
): Promise<{ readonly response: HandlerResponse }> {
  const init: SignedInit = {
    method: 'POST',
    headers: decisiveHeaders(request),
    body: request.body as string | Uint8Array<ArrayBuffer>,
    signal: abortSignal instanceof AbortSignal ? abortSignal : null,
    [SIGNED]: request,
  };
  const { status, statusText, headers, body } = await observed(urlOf(request), init);
  const response = {
    statusCode: status,
    reason: statusText,
    headers: Object.fromEntries(headers),
    body: body === null ? Readable.from([]) : Readable.fromWeb(body as NodeReadableStream),
  };
  return { response };
}

/** Hands the signed request to the handler that is there. */
async function send(handler: RequestHandler, init: SignedInit): Promise<Response> {
  const signed = init[SIGNED];
  if (init.body !== signed.body) {
    throw new TypeError('observe: a step must not change a request to Bedrock, because it is signed');
  }
  const { response } = await handler.handle(signed, { abortSignal: init.signal ?? undefined });
  const { statusCode, body } = response;
  const headers = Object.entries(response.headers).filter(([name]) => !isOfHttp2(name));
  return new Response(bodyOf(body), { status: statusCode, headers });
}

function bodyOf(body: unknown): ConstructorParameters<typeof Response>[0] {
  if (body instanceof Readable) return Readable.toWeb(body) as ReadableStream<Uint8Array<ArrayBuffer>>;
  return (body ?? null) as ReadableStream | Uint8Array<ArrayBuffer> | string | null; // a handler over fetch gives a web stream
}
