import { runInContext, WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { expect, it } from 'vitest';
import { ttaFetch } from './tta-fetch.ts';

const GEMINI = 'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse';
const OLLAMA = 'http://127.0.0.1:11434/api/chat';

interface Served {
  readonly url: string;
  readonly body: object;
  /** What the server sends, with two seconds after each piece. */
  readonly pieces: readonly string[];
  readonly isClosed: boolean;
}

async function readOf({ url, body, pieces, isClosed }: Served): Promise<string> {
  const clock = manualClock();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const headers = { 'content-type': url === OLLAMA ? 'application/x-ndjson' : 'text/event-stream' };
  const asking = ttaFetch({ fetch: async () => new Response(readable, { headers }) });
  const reading = runInContext(new WorkflowContext({ clock }), async () => {
    return (await asking(url, { method: 'POST', body: JSON.stringify(body) })).text();
  });
  for (const piece of pieces) {
    await writer.write(new TextEncoder().encode(piece));
    await new Promise(setImmediate);
    await clock.advance(2_000);
  }
  if (isClosed) await writer.close();
  return reading;
}

it('a stream of Gemini goes on after one of its candidates has ended', async () => {
  const event = (index: number): string => {
    const candidate = { index, content: { role: 'model', parts: [{ text: `text ${index}` }] }, finishReason: 'STOP' };
    return `data: ${JSON.stringify({ candidates: [candidate] })}\r\n\r\n`;
  };
  const pieces = [event(0), event(1)];
  const body = { contents: [{ parts: [{ text: 'Hi' }] }], generationConfig: { candidateCount: 2 } };
  expect(await readOf({ url: GEMINI, body, pieces, isClosed: true })).toBe(pieces.join(''));
});

it('a stream of Ollama ends with its last line alone, however its pieces are cut', async () => {
  const line = (message: object, rest: object): string => `${JSON.stringify({ model: 'm', message, ...rest })}\n`;
  const call = { function: { name: 'set_todo', arguments: { id: 1, done: true } } };
  const last = line({ role: 'assistant', content: '' }, { done: true, done_reason: 'stop', eval_count: 2 });
  const pieces = [
    line({ role: 'assistant', content: '', tool_calls: [call] }, { done: false }),
    line({ role: 'assistant', content: 'the rest' }, { done: false }),
    last.slice(0, 8),
    last.slice(8),
  ];
  const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
  expect(await readOf({ url: OLLAMA, body, pieces, isClosed: false })).toBe(pieces.join(''));
});
