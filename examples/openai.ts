// The official OpenAI client, streaming, behind a cache and a timeout: limits for the first chunk and for the silence between chunks.
// Run it with: node --conditions=tta-source examples/openai.ts
// With OPENAI_API_KEY it asks OpenAI; without, a stand-in that streams the same three words.
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import { WorkflowContext } from 'tta-dev-primitives';
import { priceOf, usageOf } from 'tta-observability-integration/llm';
import { CachePrimitive, TimeoutPrimitive } from 'tta-observability-integration/primitives';

type Question = Omit<OpenAI.ChatCompletionCreateParamsStreaming, 'stream'>;
type Chunks = AsyncIterable<OpenAI.ChatCompletionChunk>;

const apiKey = process.env['OPENAI_API_KEY'];
const openai = apiKey === undefined ? new OpenAI({ apiKey: 'none', fetch: standIn }) : new OpenAI({ apiKey });

// `signal` is what stops the request when the time is up or the caller has left; `include_usage` is what makes its cost known.
const ask = (question: Question, { signal }: WorkflowContext): Promise<Chunks> =>
  openai.chat.completions.create({ ...question, stream: true, stream_options: { include_usage: true } }, { signal });

const cached = new CachePrimitive(ask, { operation: 'chat', vary: openai.baseURL });
const chat = new TimeoutPrimitive(cached, {
  operation: 'chat',
  timeoutMs: 10_000, // for the answer to begin
  stream: { firstChunkMs: 10_000, idleMs: 5_000, totalMs: 60_000 },
});

const question: Question = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say hello in three words.' }] };
for (const time of ['first', 'second']) {
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  for await (const chunk of await chat.execute(question, new WorkflowContext({ tenantId: 'acme' }))) {
    process.stdout.write(chunk.choices[0]?.delta.content ?? '');
    chunks.push(chunk);
  }
  const usage = usageOf(chunks);
  const cost = usage && priceOf(usage, question.model);
  console.log(
    ` (the ${time} time; ${usage?.outputTokens} tokens, $${cost?.totalUsd.toFixed(6)} when a model writes them)`,
  );
}
console.log(`${cached}`);

/** Answers as OpenAI does, without a network. */
async function standIn(): Promise<Response> {
  const body = async function* (): AsyncGenerator<Uint8Array> {
    const words = ['Hello', ' to', ' you.'].map((content) => ({ choices: [{ index: 0, delta: { content } }] }));
    const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
    const bill = { choices: [], usage: { prompt_tokens: 14, completion_tokens: 3, total_tokens: 17 } };
    for (const chunk of [...words, end, bill]) {
      yield Buffer.from(`data: ${JSON.stringify({ model: 'gpt-4o-mini', ...chunk })}\n\n`);
      await sleep(20);
    }
    yield Buffer.from('data: [DONE]\n\n');
  };
  return new Response(ReadableStream.from(body()), { headers: { 'content-type': 'text/event-stream' } });
}
