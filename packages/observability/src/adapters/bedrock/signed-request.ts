import { withoutSignature } from '../signature.ts';

/** A request as the client of AWS gives it to its handler, signed. */
export interface SignedRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A response as a handler gives it. */
export interface HandlerResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly reason?: string | undefined;
}

/** Carries the requests of a client. */
export interface RequestHandler {
  handle(request: SignedRequest, options?: HandlerOptions): Promise<{ readonly response: HandlerResponse }>;
}

export interface HandlerOptions {
  readonly abortSignal?: unknown;
}

/** Where a request goes; models are named in its path. */
export function urlOf({ protocol, hostname, port, path, query = {} }: SignedRequest): string {
  const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`);
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value].flat()) url.searchParams.append(name, each ?? '');
  }
  return url.href;
}

/** Whether a header is a pseudo-header of HTTP/2, such as `:status`, which `Headers` refuses. */
export function isOfHttp2(name: string): boolean {
  return name.startsWith(':');
}

/** The headers that may decide an answer, or say whose it is. */
export function decisiveHeaders({ headers }: SignedRequest): Headers {
  const sent = new Headers(Object.entries(headers).filter(([name]) => !isOfHttp2(name)));
  return withoutSignature(sent) ?? sent;
}
