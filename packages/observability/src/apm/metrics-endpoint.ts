import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import { Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { isLoopback, isSameSecret, isThisMachine } from 'tta-dev-primitives/internal';
import { CONTENT_TYPES, type PageFormat } from '../telemetry/page/page-format.ts';
import type { Page } from '../telemetry/page/write-page.ts';
import { acceptsGzip, formatFor } from './accept.ts';
import { messageOf } from './problem.ts';

/** Where the metrics are. */
export const METRICS_PATH = '/metrics';

/** A page repeats its labels, so the fastest level makes it a tenth of its size already. */
const FASTEST = { level: constants.Z_BEST_SPEED };

/** Below this many bytes an answer fits into one packet, and is not worth compressing. */
const WORTH_COMPRESSING = 1_400;

/** Writes a page in a format. */
export type PageWriter = (format: PageFormat) => Promise<Page>;

/**
 * Answers GET and HEAD with the page, wherever it is mounted. The reader's `Accept` chooses the format and its `Accept-Encoding` whether
 * the page is compressed. A page that cannot be collected is a 503.
 *
 * @param token - if it is set, only requests with it as their bearer token are answered
 */
export function metricsHandler(write: PageWriter, token?: string): RequestListener {
  return (request, response) => {
    const { method, headers } = request;
    if (token !== undefined && !hasToken(headers.authorization, token)) {
      return refuse(request, response, 401, 'the metrics need their token', { 'WWW-Authenticate': 'Bearer' });
    }
    if (method !== 'GET' && method !== 'HEAD') {
      return refuse(request, response, 405, 'only GET and HEAD are answered', { Allow: 'GET, HEAD' });
    }
    const format = formatFor(headers.accept);
    if (format === undefined) {
      return refuse(request, response, 406, `the metrics are ${Object.values(CONTENT_TYPES).join(' or ')}`);
    }
    answer(request, response, format, write).catch((error: unknown) =>
      refuse(request, response, 503, `# ${messageOf(error)}`),
    );
  };
}

/** Gives requests for `/metrics` to a handler, and every other one to `otherwise`. @defaultValue `otherwise`: a 404 */
export function atMetricsPath(handler: RequestListener, otherwise?: RequestListener): RequestListener {
  return (request, response) => {
    const [path] = (request.url ?? '/').split('?', 1);
    if (path === METRICS_PATH) handler(request, response);
    else if (otherwise !== undefined) otherwise(request, response);
    else refuse(request, response, 404, `not found; the metrics are at ${METRICS_PATH}`);
  };
}

/**
 * Refuses requests that a page of the web makes through a name of its own, which it can point to this machine (DNS rebinding).
 *
 * @param host - the address that is listened on; unless it is loopback, every `Host` is answered
 */
export function checkingHost(host: string, handler: RequestListener): RequestListener {
  if (!isLoopback(host)) return handler;
  const shown = isIPv6(host) ? `[${host}]` : host;
  return (request, response) => {
    const { host: asked } = request.headers;
    const name = asked === undefined ? host : hostnameOf(asked);
    if (isThisMachine(name)) handler(request, response);
    else refuse(request, response, 403, `the metrics are on loopback only; ask for http://${shown}, not for a name`);
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  format: PageFormat,
  write: PageWriter,
): Promise<void> {
  const page = await write(format);
  const isCompressed = lengthOf(page) >= WORTH_COMPRESSING && acceptsGzip(request.headers['accept-encoding']);
  respond(request, response, 200, isCompressed ? await gzip(page) : page, {
    'Content-Type': CONTENT_TYPES[format],
    Vary: 'Accept, Accept-Encoding',
    ...(isCompressed ? { 'Content-Encoding': 'gzip' } : {}),
  });
}

/** Compresses piece by piece on the thread pool: to join the pieces of a large page first would block the event loop. */
function gzip(page: Page): Promise<Page> {
  return Readable.from(page).pipe(createGzip(FASTEST)).toArray();
}

function hasToken(authorization: string | undefined, token: string): boolean {
  const [, given] = /^Bearer +(.+)$/i.exec(authorization ?? '') ?? [];
  return given !== undefined && isSameSecret(given, token);
}

function hostnameOf(host: string): string {
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname : host;
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  sentence: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const own = { 'Content-Type': 'text/plain; charset=utf-8', ...headers };
  respond(request, response, status, [Buffer.from(`${sentence}\n`)], own);
}

/** Answers, unless another handler of the request did so meanwhile, such as one that limits its time. */
function respond(
  { method }: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: Page,
  headers: OutgoingHttpHeaders,
): void {
  if (response.headersSent || response.writableEnded) return;
  response.writeHead(status, { ...headers, 'Content-Length': lengthOf(body) });
  if (method !== 'HEAD') for (const piece of body) response.write(piece);
  response.end();
}

function lengthOf(page: Page): number {
  return page.reduce((length, piece) => length + piece.length, 0);
}
