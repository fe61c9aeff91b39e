import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type AbortSource, LazyController } from 'tta-dev-primitives/internal';

/** So many requests may be under way on one connection: clients that send another before the answer to the first are rare. */
const MOST_AT_ONCE = 16;

/**
 * The source of each request. The connection refers to the response that is not sent yet, and the response to its request: a source lives as
 * long as its client waits, also if only its signal is in use.
 */
const departures = new WeakMap<IncomingMessage, LazyController>();

/** The newest requests on each connection. A context that nothing refers to any more needs no abort. */
const connections = new WeakMap<Socket, WeakRef<LazyController>[]>();

/** Aborts when the connection of a request closes, for whatever reason. */
export function departureOf(request: IncomingMessage): AbortSource {
  const known = departures.get(request);
  if (known !== undefined) return known;
  const controller = new LazyController();
  departures.set(request, controller);
  const { stream } = request as { readonly stream?: Http2Stream };
  if (stream !== undefined) stream.once('close', () => leave(controller));
  else if (request.socket.destroyed) leave(controller);
  else watch(request.socket, controller);
  return controller;
}

/** A request of HTTP/2 has a stream of its own on the connection. */
type Http2Stream = Pick<Socket, 'once'>;

/** One listener for each connection, however many requests it carries. */
function watch(socket: Socket, controller: LazyController): void {
  const known = connections.get(socket);
  const controllers = known ?? [];
  controllers.push(new WeakRef(controller));
  if (controllers.length > MOST_AT_ONCE) controllers.shift();
  if (known !== undefined) return;
  connections.set(socket, controllers);
  socket.once('close', () => {
    for (const each of controllers) leave(each.deref());
  });
}

function leave(controller: LazyController | undefined): void {
  controller?.abort(new DOMException('the client has left', 'AbortError'));
}
