import type { Readable } from 'node:stream';
import { vi } from 'vitest';
import type { CacheOptions } from '../cache-options.ts';
import { CachePrimitive } from '../cache-primitive.ts';
import { REQUEST } from './chat.ts';

const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

/** A chat completion, with characters of more than one byte. */
export function completion(finish: string | null = 'stop', message: object = { content: 'hi “you” 👋' }): string {
  return JSON.stringify({
    object: 'chat.completion',
    model: 'gpt-4o-mini',
    choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', ...message } }],
    usage: USAGE,
  });
}

export const TEXT = completion();

function event(part: object): string {
  return `data: ${JSON.stringify({ object: 'chat.completion.chunk', model: 'gpt-4o-mini', ...part })}\n\n`;
}

export const EVENTS = [
  event({ choices: [{ index: 0, delta: { content: 'hé' }, finish_reason: null }] }),
  event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  event({ choices: [], usage: USAGE }),
  'data: [DONE]\n\n',
];

export const HEADERS = { 'content-type': 'application/json', 'x-request-id': 'r1', 'set-cookie': 'session=1' };
export const STREAM_HEADERS = { ...HEADERS, 'content-type': 'text/event-stream' };

type Body = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface Bodied {
  readonly status: number;
  readonly headers: unknown;
  readonly body: Body;
}

/** Shaped like the class of node-fetch, whose body is a Node.js `Readable`. */
export class NodeFetchResponse implements Bodied {
  readonly bodyUsed = false;
  readonly body: Readable;
  readonly status: number;
  readonly headers: unknown;

  constructor(body: Readable, { status, headers }: { readonly status: number; readonly headers: unknown }) {
    this.body = body;
    this.status = status;
    this.headers = headers;
  }
}

export function responding(body: ConstructorParameters<typeof Response>[0], init: ResponseInit = { headers: HEADERS }) {
  return () => new Response(body, init) as Response & Bodied;
}

/** A stream of these bytes, cut wherever it hurts: within events, and within characters. */
export function inPieces(text: string | Uint8Array, bytes = 7): ReadableStream<Uint8Array<ArrayBuffer>> {
  const rest = Buffer.from(text as string);
  let at = 0;
  const stream = new ReadableStream({
    type: 'bytes',
    pull(controller) {
      if (at >= rest.length) return controller.close();
      controller.enqueue(Uint8Array.from(rest.subarray(at, at + bytes)));
      at += bytes;
    },
  });
  return stream as ReadableStream<Uint8Array<ArrayBuffer>>; // that of each piece above
}

export async function piecesOf({ body }: { readonly body: unknown }): Promise<Uint8Array[]> {
  if (typeof body === 'string') return [Buffer.from(body)];
  if (body instanceof Uint8Array) return [body];
  const pieces: Uint8Array[] = [];
  for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(piece);
  return pieces;
}

export async function textOf(answer: { readonly body: unknown }): Promise<string> {
  return Buffer.concat((await piecesOf(answer)).map((piece) => Buffer.from(piece))).toString('utf8');
}

/** Executes twice: what the step gave, read whole, and what the cache gives after that. */
export async function twice<O extends { readonly body: unknown }>(
  step: (input: unknown) => O,
  options: CacheOptions<unknown> = {},
  input: unknown = REQUEST,
) {
  const asked = vi.fn(step);
  const cache = new CachePrimitive(asked, { operation: 'chat', ...options });
  const first = await cache.execute(input);
  const firstText = await textOf(first);
  const second = await cache.execute(input);
  return { cache, first, firstText, second, calls: asked };
}
