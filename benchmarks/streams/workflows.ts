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

export const CHUNKS = 102;

export const MODEL = 'gpt-4o-mini';

type Request = { readonly model: string; readonly messages: readonly object[]; readonly stream: true };
type Answer = AsyncIterable<unknown>;

export const events: readonly string[] = Array.from({ length: CHUNKS }, (_, index) => JSON.stringify(eventAt(index)));

/** What an SDK does for the data of each server-sent event. */
async function* source(): AsyncGenerator<unknown> {
  for (const event of events) yield JSON.parse(event);
}

/**
 * What a handler does for each chunk before it writes it on to its client. The event loop turns before each stream, as it does
 * whenever a connection is read: until it turns, V8 keeps the target of every WeakRef.
 */
async function read(answer: Answer): Promise<number> {
  await nextTurn();
  let length = 0;
  for await (const chunk of answer) length += JSON.stringify(chunk).length;
  return length;
}

let requests = 0;

export function request(): Request {
  requests += 1;
  return { model: MODEL, messages: [{ role: 'user', content: `question ${requests}` }], stream: true };
}

const signal = new AbortController().signal;
const context = new WorkflowContext({ signal });
export const LIMITS = { firstChunkMs: 10_000, idleMs: 10_000, totalMs: 60_000 };

const routed = new RouterPrimitive(
  { a: { step: () => source(), model: MODEL, provider: 'openai' }, b: { step: () => source(), model: MODEL } },
  { strategy: () => 'a', defaultRoute: 'a', fallback: true },
);
const cached = new CachePrimitive(routed, { store: memoryStore({ maxBytes: 8_000_000 }), operation: 'chat' });
const workflow = new TimeoutPrimitive(cached, { timeoutMs: 30_000, stream: LIMITS, operation: 'chat' });
const limited = new TimeoutPrimitive(() => source(), { timeoutMs: 30_000, stream: LIMITS, operation: 'chat' });

const floor = (): Promise<number> => read(source());

/**
 * What one chunk of a stream costs on its way through primitives, beside parsing and printing it alone. The allowances are above what
 * a busy machine measures: they catch one more wrapper, timer or reading of each chunk. A router reads each chunk for its usage, and
 * a cache writes each as JSON.
 */
export const STREAMS: readonly Comparison[] = [
  {
    ...comparison('timeout with limits', async () => read(await limited.execute(undefined, context))),
    allowedRatio: 1.8,
  },
  { ...comparison('router', async () => read(await answerOf(routed, context))), allowedRatio: 2.4 },
  {
    ...comparison('timeout(cache(router)), noStore', async () => read(await answerOf(workflow, unstored()))),
    targetRatio: 1.7,
    allowedRatio: 2.6,
  },
  {
    ...comparison('timeout(cache(router)), stored', async () => read(await answerOf(workflow, context))),
    targetRatio: 2.4,
    allowedRatio: 4.8,
  },
];

function comparison(name: string, work: () => Promise<number>): Omit<Comparison, 'allowedRatio'> {
  return { name, work, other: floor, steps: CHUNKS };
}

function answerOf(workflow: WorkflowPrimitive<unknown, Answer>, context: WorkflowContext): Promise<Answer> {
  return workflow.execute(request(), context);
}

function unstored(): WorkflowContext {
  return withCacheControl(context, { noStore: true });
}

/** The events of a chat completion, of about 200 bytes each; the last two say why it ended, and what it used. */
function eventAt(index: number): object {
  const isUsage = index === CHUNKS - 1;
  const isFinish = index === CHUNKS - 2;
  const choice = {
    index: 0,
    delta: isFinish ? {} : { content: ` word${index}` },
    finish_reason: isFinish ? 'stop' : null,
  };
  return {
    id: 'chatcmpl-9aBcDeFgHiJkLmNoPqRsTuVw',
    object: 'chat.completion.chunk',
    created: 1_767_225_600,
    model: MODEL,
    system_fingerprint: 'fp_0123456789',
    choices: isUsage ? [] : [choice],
    ...(isUsage && { usage: { prompt_tokens: 12, completion_tokens: 100, total_tokens: 112 } }),
  };
}
