/**
 * Answers a repeated question from the cache: `node --conditions=tta-source examples/cache.ts`.
 *
 * For answers that several processes share, give it `store: tieredStore(memoryStore(), redisStore({ url }))`.
 */
import { WorkflowContext } from 'tta-dev-primitives';
import { CachePrimitive, memoryStore } from 'tta-observability-integration/primitives';

interface Question {
  readonly model: string;
  readonly messages: readonly { readonly role: 'user'; readonly content: string }[];
}

/** Stands in for `openai.chat.completions.create(question, { signal })`. */
async function ask({ model, messages }: Question) {
  await new Promise((resolve) => setTimeout(resolve, 300));
  const content = `You asked: ${messages.at(-1)?.content}`;
  return {
    object: 'chat.completion',
    model,
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
    usage: { prompt_tokens: 12_000, completion_tokens: 800, total_tokens: 12_800 },
  };
}

const cached = new CachePrimitive(ask, { operation: 'chat', store: memoryStore({ maxBytes: 16_000_000 }) });
const question: Question = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'What is a monad?' }] };

async function timed(label: string, work: () => Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  await work();
  console.log(`${label}: ${(performance.now() - startedAt).toFixed(1)} ms`);
}

const acme = new WorkflowContext({ tenantId: 'acme' });
await timed('the first time', () => cached.execute(question, acme));
await timed('again', () => cached.execute(question, acme));
await timed('by another tenant', () => cached.execute(question, new WorkflowContext({ tenantId: 'globex' })));
const other = { ...question, model: 'gpt-4o' };
await timed('ten at once', () => Promise.all(Array.from({ length: 10 }, () => cached.execute(other, acme))));
console.log(`${cached}`);
