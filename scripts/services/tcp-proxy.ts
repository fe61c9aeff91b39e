import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What becomes of the bytes between a client and a server. */
export type ProxyMode =
  | { readonly kind: 'pass' }
  /** Each piece arrives later, by so many milliseconds either way, or when the mode changes. */
  | { readonly kind: 'delay'; readonly ms: number }
  /**
   * Nothing arrives, and nobody is told: a cable that was pulled, a peer that is gone without a word. New connections are taken. What
   * has lost bytes ends when this is over, because a connection of TCP loses none and goes on.
   */
  | { readonly kind: 'black_hole' }
  /** The connection ends after so many bytes of the next reply. */
  | { readonly kind: 'cut'; readonly afterBytes: number };

/** A proxy on loopback before a server, for faults that the server itself cannot have. */
export interface TcpProxy {
  readonly url: string;
  /** How many connections it has taken so far. */
  readonly connections: number;
  /** Changes what becomes of connections, those that are open included. */
  become(mode: ProxyMode): void;
  /** Leaves the open connections half-open: what is sent on them goes nowhere, while new ones work. */
  forgetConnections(): void;
  stop(): Promise<void>;
}

export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { port: targetPort } = new URL(target);
  const sockets = new Set<Socket>();
  const forgotten = new WeakSet<Socket>();
  const lossy = new Set<Socket>();
  let mode: ProxyMode = { kind: 'pass' };
  /** What is delayed, in order. */
  const delayed = new Map<NodeJS.Timeout, () => void>();
  let connections = 0;

  const delay = (write: () => void, ms: number): void => {
    const timer = setTimeout(() => delayed.delete(timer) && write(), ms).unref();
    delayed.set(timer, write);
  };

  const forward = (from: Socket, to: Socket, chunk: Buffer, isReply: boolean): void => {
    const write = (): void => void (to.destroyed || to.write(chunk));
    if (mode.kind === 'black_hole') lossy.add(from);
    if (forgotten.has(from) || mode.kind === 'black_hole') return;
    if (mode.kind === 'pass') write();
    else if (mode.kind === 'delay') delay(write, mode.ms);
    else if (!isReply) write();
    else to.end(chunk.subarray(0, mode.afterBytes), () => from.destroy());
  };

  const server = createServer((client) => {
    connections += 1;
    const upstream = connect({ port: Number(targetPort), host: '127.0.0.1' });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk: Buffer) => forward(from, to, chunk, from === upstream));
      from.on('error', () => {}); // its end follows
      from.on('close', () => {
        sockets.delete(from);
        lossy.delete(from);
        if (!forgotten.has(from)) to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const { port } = server.address() as { readonly port: number };

  return {
    url: `redis://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    become(next) {
      mode = next;
      for (const [timer, write] of delayed) {
        clearTimeout(timer);
        write();
      }
      delayed.clear();
      if (mode.kind === 'black_hole') return;
      for (const socket of lossy) socket.destroy();
      lossy.clear();
    },
    forgetConnections() {
      for (const socket of sockets) forgotten.add(socket);
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
