import { Readable } from 'node:stream';
import { isReadableStream, refusal } from 'tta-dev-primitives/internal';
import { OWNER } from './fetch-options.ts';

/**
 * The response of any `fetch` as a `Response` of this process. Those of `undici` and `node-fetch` are of classes of their own, and a body
 * of `node-fetch` is a stream of Node.js.
 *
 * @throws TypeError for what is no response
 */
export function ownResponse(given: Response): Response {
  if ((given as unknown) instanceof Response) return given;
  const { status, statusText, headers, body, url } = (given ?? {}) as Partial<Response>;
  if (status === undefined || headers === undefined) {
    throw new TypeError(refusal(OWNER, 'what fetch gives', given, 'a Response'));
  }
  const own = WITHOUT_BODY.has(status) ? null : ownBody(body);
  const response = new Response(own, { status, statusText: statusText ?? '', headers: new Headers(headers) });
  return url === undefined ? response : Object.defineProperty(response, 'url', { value: url });
}

/** Statuses whose responses have no body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

type Body = ReadableStream<Uint8Array<ArrayBuffer>> | null;

function ownBody(body: unknown): Body {
  if (body instanceof Readable) return Readable.toWeb(body) as Body;
  if (body === null || isReadableStream(body)) return body as Body;
  throw new TypeError(refusal(OWNER, 'the body of what fetch gives', body, 'a ReadableStream'));
}
