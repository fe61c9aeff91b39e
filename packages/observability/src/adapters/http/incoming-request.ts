import type { IncomingMessage } from 'node:http';

/** A request that a server has received: the platform's, as in Hono and Next.js, or that of Node.js, as in Express and Fastify (`request.raw`). */
export type IncomingRequest = Request | IncomingMessage;

/** Whether a request is the platform's, of whatever class. */
export function isFetchRequest(request: IncomingRequest): request is Request {
  return typeof (request.headers as Partial<Headers>).get === 'function';
}

/** A header by its name in lower case. Several of one name are one, separated by commas. */
export function headerOf(request: IncomingRequest, name: string): string | undefined {
  if (isFetchRequest(request)) return request.headers.get(name) ?? undefined;
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
