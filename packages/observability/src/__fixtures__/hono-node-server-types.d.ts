import type { Server } from 'node:http';

/** What the example uses of `@hono/node-server`, whose declarations name types of browsers in another form than Node.js declares them. */
export declare function serve(
  options: { fetch(request: Request): Response | Promise<Response>; port: number; hostname: string },
  listening: (address: { readonly port: number }) => void,
): Server;
