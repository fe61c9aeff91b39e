import { safely } from 'tta-dev-primitives/internal';
import type { Endpoint, HttpDialect } from '../../llm/dialects/http-dialect.ts';
import { dialectOfRequest, knownDialects } from '../../llm/dialects/registry.ts';
import { fieldAt, isPlainObject } from '../../llm/fields.ts';
import { isSigned, withoutSignature } from '../signature.ts';
import type { FetchCall, FetchRequest } from './fetch-call.ts';

/** What `fetch` was called with. */
export interface FetchArguments {
  readonly input: Parameters<typeof fetch>[0];
  readonly init: RequestInit | undefined;
  /** Whether a client of this process signs the requests, so the credential that a signature names is its own. @defaultValue false */
  readonly isSignedHere?: boolean | undefined;
}

/** Reads a call of `fetch`; a promise for one whose body must be read first. Gives the arguments back if it asks no model. */
export function readCall({
  input,
  init,
  isSignedHere = false,
}: FetchArguments): FetchCall | FetchArguments | Promise<FetchCall | FetchArguments> {
  if (input instanceof Request) return readRequest(input, init, isSignedHere);
  const text = init?.method?.toUpperCase() === 'POST' ? textOf(init.body) : undefined;
  const call = init && text !== undefined ? callOf(String(input), init, text, isSignedHere) : undefined;
  return call ?? { input, init };
}

export function isCall(read: FetchCall | FetchArguments): read is FetchCall {
  return 'request' in read;
}

/** The body of a `Request` can be read once, so what is read goes on in its place. */
async function readRequest(
  input: Request,
  init: RequestInit | undefined,
  isSignedHere: boolean,
): Promise<FetchCall | FetchArguments> {
  const request = init === undefined ? input : new Request(input, init);
  const { method, url, headers, signal, redirect, body } = request;
  const type = headers.get('content-type') ?? '';
  const mayAsk = method === 'POST' && body !== null && JSON_TYPE.test(type) && endpointOf(new URL(url)) !== undefined;
  if (!mayAsk) return { input: request, init: undefined };
  const bytes = new Uint8Array(await request.arrayBuffer());
  const own: RequestInit = { ...init, method, headers, signal, redirect, body: bytes }; // `dispatcher` is in `init` alone
  return callOf(url, own, textOf(bytes), isSignedHere) ?? { input: url, init: own };
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/i;

function textOf(body: RequestInit['body']): string | undefined {
  if (typeof body === 'string') return body;
  if (body instanceof ArrayBuffer) return UTF_8.decode(body);
  return ArrayBuffer.isView(body) ? UTF_8.decode(body) : undefined;
}

const UTF_8 = new TextDecoder();

function callOf(
  url: string,
  init: RequestInit,
  text: string | undefined,
  isSignedHere: boolean,
): FetchCall | undefined {
  const address = URL.parse(url);
  const found = address === null ? undefined : endpointOf(address);
  if (address === null || found === undefined || text === undefined) return undefined;
  const fields = safely(() => JSON.parse(text) as unknown);
  if (!isPlainObject(fields) || OWN.some((name) => Object.hasOwn(fields, name))) return undefined;
  const { endpoint, http } = found;
  const sent = init.headers instanceof Headers ? init.headers : new Headers(init.headers);
  const headers = (isSignedHere ? withoutSignature(sent) : undefined) ?? sent;
  const apiKey = address.searchParams.get('key');
  const request: FetchRequest = {
    ...endpoint.fields,
    ...fields,
    url: plainAddress(address, endpoint),
    headers,
    ...(apiKey !== null && { apiKey }),
  };
  if (dialectOfRequest(request) === undefined) return undefined;
  const isStreamed = request['stream'] === true;
  const wantsUsage = http.asksForUsage !== true || fieldAt(fields, 'stream_options', 'include_usage') === true;
  const signedHeaders = isSigned(sent) ? sent : undefined;
  return { request, address, init, text, signedHeaders, fields, endpoint, http, isStreamed, wantsUsage };
}

/** What stands beside the fields of the body in a request. */
const OWN = ['url', 'headers', 'apiKey'] as const;

interface Found {
  readonly endpoint: Endpoint;
  readonly http: HttpDialect;
}

function endpointOf({ pathname }: URL): Found | undefined {
  for (const { http } of knownDialects()) {
    const endpoint = safely(() => http?.endpoint(pathname));
    if (http !== undefined && endpoint !== undefined) return { endpoint, http };
  }
  return undefined;
}

/** Parameters of the query that carry a key, or ask for a framing. */
const NOT_DECISIVE = ['key', 'alt'] as const;

/** Two addresses that are alike give the same answers to the same request. */
function plainAddress({ origin, pathname, search, searchParams }: URL, { formPart }: Endpoint): string {
  const path = formPart === undefined ? pathname : pathname.replace(formPart, '');
  if (search === '') return origin + path;
  const query = new URLSearchParams(searchParams);
  for (const name of NOT_DECISIVE) query.delete(name);
  return `${origin}${path}${query.size === 0 ? '' : `?${query}`}`;
}
