import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modelCall } from '../../../llm/call/model-call.ts';
import { collect } from '../../../llm/dialects/__fixtures__/provider.ts';
import { AnswerDraft } from '../../../llm/dialects/answer-draft.ts';
import { registerDialect } from '../../../llm/dialects/registry.ts';
import { CHUNKS, chatChunk } from '../__fixtures__/chat.ts';
import { CachePrimitive } from '../cache-primitive.ts';

type Chunks = AsyncIterable<Record<string, unknown>>;

const COUNTED = [{ counted: 1 }, { counted: 2 }, { counted: 3 }];

/** Gives a stream what another holds, and does not close it. */
async function fill(controller: ReadableByteStreamController, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) controller.enqueue(new Uint8Array(piece));
}

async function* streamOf(chunks: readonly object[]): AsyncGenerator<Record<string, unknown>> {
  for (const chunk of chunks) yield structuredClone(chunk) as Record<string, unknown>;
}

describe('a stream that is recorded', () => {
  /** How many chunks each reader got; a single chunk is also read by itself, for whether it states a failure. */
  let readers: { added: number }[] = [];
  const ofWholeStreams = () => readers.filter(({ added }) => added > 1);
  let unregister: () => void;

  beforeEach(() => {
    readers = [];
    unregister = registerDialect({
      name: 'counted',
      answer: { is: () => false, read: () => new AnswerDraft('counted').close() },
      stream: {
        isChunk: (value) => typeof value === 'object' && value !== null && 'counted' in value,
        reader() {
          const draft = new AnswerDraft('counted');
          const reader = { added: 0 };
          readers.push(reader);
          return {
            add() {
              reader.added += 1;
              Object.assign(draft.choice(0), { finish: 'complete', hasContent: true });
            },
            reading: () => draft.close(),
          };
        },
      },
    });
  });

  afterEach(() => unregister());

  it('is read once, for the model call beneath and for the rules of the cache', async () => {
    const cache = new CachePrimitive<string, Chunks>(modelCall(() => streamOf(COUNTED)));
    await collect(await cache.execute('question'));
    expect(ofWholeStreams()).toEqual([{ added: COUNTED.length }]);
    await collect(await cache.execute('question'));
    expect(cache.getStats()).toMatchObject({ hits: 1, misses: 1 });
  });

  it('is read once if its reader leaves at the last event of a body that goes on', async () => {
    const events = [...COUNTED.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`);
    const body = () => ReadableStream.from(events.map((event) => new TextEncoder().encode(event)));
    const held = () => new ReadableStream({ type: 'bytes', start: (controller) => void fill(controller, body()) });
    const cache = new CachePrimitive<string, Response>(
      modelCall(() => new Response(held(), { headers: { 'content-type': 'text/event-stream' } })),
    );
    const { body: given } = await cache.execute('question');
    const reader = (given as ReadableStream<Uint8Array>).getReader();
    for (const _ of events) await reader.read();
    await reader.cancel();
    expect(ofWholeStreams()).toEqual([{ added: COUNTED.length }]);
    expect(cache.getStats().skipped).toEqual({});
  });

  it('is read by the cache where no model call reads it', async () => {
    const cache = new CachePrimitive<string, Chunks>(() => streamOf(COUNTED));
    await collect(await cache.execute('question'));
    expect(ofWholeStreams()).toEqual([{ added: COUNTED.length }]);
  });

  it('is judged and stored as it came, although its reader changes the chunks', async () => {
    const cache = new CachePrimitive<string, Chunks>(modelCall(() => streamOf([...CHUNKS, chatChunk({})])));
    for await (const chunk of await cache.execute('question')) {
      chunk['choices'] = [{ index: 0, delta: { content: 'changed' }, finish_reason: 'length' }];
    }
    expect(await collect(await cache.execute('question'))).toEqual([...CHUNKS, chatChunk({})]);
    expect(cache.getStats().hits).toBe(1);
  });

  it('is given whole to a rule of the application', async () => {
    const seen: unknown[] = [];
    const cache = new CachePrimitive<string, Chunks>(() => streamOf(CHUNKS), {
      isCacheable: ({ output }) => seen.push(output) > 0,
      validate: (output) => Array.isArray(output) && output.length === CHUNKS.length,
    });
    await collect(await cache.execute('question'));
    expect(seen).toEqual([CHUNKS]);
  });
});
