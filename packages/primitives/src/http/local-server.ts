import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LocalServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  /** Whether the server keeps the process alive. @defaultValue false */
  readonly keepsAlive?: boolean;
}

/** A server that is listening. */
export interface LocalServer {
  /** Where it is reached, with the port that was really taken: `http://127.0.0.1:9464`. */
  readonly origin: string;
  /** Stops listening and drops every connection; the port is free when this resolves. */
  close(): Promise<void>;
}

/** How long a server may take to listen; only the name of a host that has to be looked up takes time. */
const LONGEST_START_MS = 3_000;

/**
 * Serves HTTP. Neither the server nor a connection to it keeps a process alive, unless that is asked for.
 *
 * @throws the error of `listen`, for example with the code `EADDRINUSE`, or one that says that it took too long
 */
export async function startServer(
  handler: RequestListener,
  { port, host, keepsAlive = false }: LocalServerOptions,
): Promise<LocalServer> {
  const server = createServer(handler);
  server.on('connection', (socket) => socket.unref());
  // Workers of a cluster would share a port that is not exclusive, and each request would reach another worker's figures.
  server.listen({ port, host, exclusive: true });
  await listening(server);
  if (!keepsAlive) server.unref();
  server.on('error', () => {}); // a connection that cannot be accepted costs one answer, and must not cost the process
  const { port: bound } = server.address() as AddressInfo; // it listens on a port, so this is no pipe's name
  return {
    origin: `http://${reachable(host)}:${bound}`,
    close: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      return promise;
    },
  };
}

async function listening(server: Server): Promise<void> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), LONGEST_START_MS);
  try {
    await once(server, 'listening', { signal: patience.signal });
  } catch (error) {
    server.on('error', () => {}); // errors can still arrive, but no code waits for them
    server.on('listening', () => server.close());
    throw patience.signal.aborted ? new Error(`it does not listen after ${LONGEST_START_MS} ms`) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** The address as part of a URL; the address of all interfaces becomes one to connect to. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
