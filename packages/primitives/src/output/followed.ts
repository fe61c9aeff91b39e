import { Readable } from 'node:stream';
import { Flow } from './flow.ts';
import { followIterable, iterableOver } from './iterable.ts';
import { heldStreamOf, isReadableStream, isResponse, isStream, type Stream } from './kinds.ts';
import { followReadable } from './node-readable.ts';
import type { Taker } from './pending-reads.ts';
import { isByteStream, readableOver, relay, relayedMembers } from './relay.ts';
import { replaceMembers } from './replace-members.ts';
import { withBody } from './response.ts';
import { wholeBodies } from './whole-bodies.ts';

/** An output that goes on after it was handed over. */
export interface Followed<O = object> {
  readonly flow: Flow;
  /** What to hand on in place of the output: the same object if possible. */
  readonly output: O;
}

/**
 * One flow per stream, found by what is handed on. A flow that has ended does not refer to its stream: a value of a WeakMap that refers to
 * its own key survives every minor garbage collection, with everything that it refers to.
 */
const known = new WeakMap<object, Flow>();

/** What is handed on in place of a source; weak, because a source may outlive the stream that reads it. */
const replaced = new WeakMap<object, WeakRef<object>>();

/**
 * The flow of an output: one per stream, however many primitives it passes on its way out.
 *
 * A plain `ReadableStream` is relayed through a new one of the same type, and a `Response` gives way to one around the relayed
 * body, so hand on `output`. Every other stream is followed in place and keeps its identity, its class and its other members (an
 * SDK's `controller` and `tee`, a Node.js `Readable`'s `pipe`); only a frozen one is replaced by a shadow. A source is pulled only
 * when its reader pulls, and runs in the asynchronous context of the step that made it. A stream that can be read again is followed
 * to its first end.
 *
 * @returns undefined for a value, and for a stream that cannot be followed because another reader has locked it
 */
export function flowOf<O>(output: O): Followed<O> | undefined {
  if (typeof output !== 'object' || output === null) return undefined;
  const flow = known.get(output);
  return (flow === undefined ? (replacementOf(output) ?? follow(output)) : { flow, output }) as Followed<O> | undefined;
}

function replacementOf(source: object): Followed | undefined {
  const output = replaced.get(source)?.deref();
  const flow = output && known.get(output);
  return output && flow && { flow, output };
}

/** The forms in which a stream can be made. */
export type StreamForm = 'iterable' | 'readable' | 'bytes';

/** Where a new stream gets its results, and what it calls when its reader leaves or when it is stopped. */
export interface ChunkSource {
  /** Gives the next result, at once or later. */
  readonly give: (taker: Taker) => void;
  readonly leave: (reason: unknown) => unknown;
}

/** Makes a stream that has a flow from the start; it asks for a result only when its reader does. */
export function streamOver(form: StreamForm, { give, leave }: ChunkSource): Followed {
  const flow = new Flow(false);
  const source = { reading: { give }, leave };
  const output = form === 'iterable' ? iterableOver(source, flow) : readableOver(source, flow, form === 'bytes');
  known.set(output, flow);
  return { flow, output };
}

/** The form in which a stream that takes the place of this one is made. */
export function formOf(stream: Stream): StreamForm {
  if (!isReadableStream(stream)) return 'iterable';
  return isByteStream(stream) ? 'bytes' : 'readable';
}

function follow(output: object): Followed | undefined {
  try {
    const followed = isStream(output) ? followStream(output) : followHolder(output);
    if (followed === undefined) return undefined;
    known.set(followed.output, followed.flow);
    if (followed.output !== output) replaced.set(output, new WeakRef(followed.output));
    return followed;
  } catch {
    return undefined; // the work is done, and following it must not undo it
  }
}

function followStream(stream: Stream): Followed {
  const flow = new Flow(true);
  if (stream instanceof Readable) return { flow, output: followReadable(stream, flow) };
  if (!isReadableStream(stream)) return { flow, output: followIterable(stream, flow) };
  const relayed = relay(stream, flow);
  if (Object.getPrototypeOf(stream) === ReadableStream.prototype) return { flow, output: relayed };
  return { flow, output: replaceMembers(stream, { ...iteration(stream, relayed), ...relayedMembers(relayed) }) };
}

/** A class may iterate in its own way, which then reads through the other members. */
function iteration(stream: ReadableStream<unknown>, relayed: ReadableStream<unknown>): Record<PropertyKey, unknown> {
  const isOwn = stream[Symbol.asyncIterator] !== ReadableStream.prototype[Symbol.asyncIterator];
  return isOwn ? {} : { [Symbol.asyncIterator]: relayed[Symbol.asyncIterator].bind(relayed) };
}

function followHolder(output: object): Followed | undefined {
  if (isResponse(output)) {
    if (wholeBodies.has(output)) return undefined;
    if (isReadableStream(output.body)) withBody(output, null); // throws before the body is locked, if it ever does
    const followed = isStream(output.body) ? flowOf(output.body) : undefined;
    if (followed === undefined || followed.output === output.body) return followed && { ...followed, output };
    return { flow: followed.flow, output: withBody(output, followed.output) };
  }
  const held = heldStreamOf(output);
  const followed = held && flowOf(held.stream);
  if (held === undefined || followed === undefined) return undefined;
  (output as Record<string, unknown>)[held.key] = followed.output;
  if (held.key === 'baseStream') followed.flow.showChunksAs(partOf);
  return { flow: followed.flow, output };
}

/** The AI SDK wraps the parts of its base stream. */
function partOf(chunk: unknown): unknown {
  return typeof chunk === 'object' && chunk !== null && 'part' in chunk ? chunk.part : chunk;
}
