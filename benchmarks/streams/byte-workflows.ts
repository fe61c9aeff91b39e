import { setImmediate as nextTurn } from 'node:timers/promises';
import { WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';
import {
  CachePrimitive,
  memoryStore,
  RouterPrimitive,
  TimeoutPrimitive,
  withCacheControl,
} from 'tta-observability-integration/primitives';
import type { Comparison } from '../overhead/harness.ts';
import { CHUNKS, events, LIMITS, MODEL, request } from './workflows.ts';

const encoder = new TextEncoder();

const HEADERS = { 'content-type': 'text/event-stream' };

interface Answer {
  readonly status: number;
  readonly headers: unknown;
  readonly body: AsyncIterable<Uint8Array>;
}

const pieces: readonly Uint8Array[] = [...events, '[DONE]'].map((data) => encoder.encode(`data: ${data}\n\n`));

/** What `fetch` gives: a response around a stream of bytes. */
async function fetched(): Promise<Answer> {
  let index = 0;
  const body = new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const piece = pieces[index];
      index += 1;
      if (piece === undefined) controller.close();
      else controller.enqueue(piece.slice());
    },
  });
  return new Response(body, { headers: HEADERS }) as Response & Answer;
}

/** What a server's own client gives: a record around an iterable of bytes. */
async function received(): Promise<Answer> {
  return { status: 200, headers: HEADERS, body: inPieces() };
}

async function* inPieces(): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield piece.slice();
}

/** What a gateway does for each chunk: it passes the bytes on. The event loop turns before each stream, as before those of objects. */
async function read({ body }: Answer): Promise<number> {
  await nextTurn();
  let length = 0;
  for await (const chunk of body) length += chunk.length;
  return length;
}

const context = new WorkflowContext({ signal: new AbortController().signal });
const unstored = withCacheControl(context, { noStore: true });

function workflowAround(step: () => Promise<Answer>): WorkflowPrimitive<unknown, Answer> {
  const routed = new RouterPrimitive(
    { a: { step, model: MODEL, provider: 'openai' }, b: { step, model: MODEL } },
    { strategy: () => 'a', defaultRoute: 'a', fallback: true },
  );
  const cached = new CachePrimitive(routed, { store: memoryStore({ maxBytes: 8_000_000 }), operation: 'chat' });
  return new TimeoutPrimitive(cached, { timeoutMs: 30_000, stream: LIMITS, operation: 'chat' });
}

/**
 * What one chunk of a body costs beside reading the body alone. The chunks are those of the streams of objects, as events. Bytes that are
 * read alone cost next to nothing, so the ratios are higher than those of objects. The allowances are above what a busy machine measures.
 */
export const BYTE_STREAMS: readonly Comparison[] = [
  ...comparisons('Response', fetched, 8, 12),
  ...comparisons('iterable', received, 9, 15),
];

function comparisons(
  name: string,
  step: () => Promise<Answer>,
  unstoredRatio: number,
  storedRatio: number,
): Comparison[] {
  const workflow = workflowAround(step);
  const comparison = (kind: string, own: WorkflowContext, allowedRatio: number): Comparison => ({
    name: `bytes (${name}), ${kind}`,
    work: async () => read(await workflow.execute(request(), own)),
    other: async () => read(await step()),
    steps: CHUNKS,
    allowedRatio,
  });
  return [comparison('noStore', unstored, unstoredRatio), comparison('stored', context, storedRatio)];
}
