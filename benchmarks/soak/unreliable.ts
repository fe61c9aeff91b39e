import { setTimeout } from 'node:timers/promises';
import type { WorkflowContext } from 'tta-dev-primitives';
import { type CacheStore, memoryStore, type StoredValue } from 'tta-observability-integration/primitives';

/** What is asked: the same few prompts by many tenants. */
export interface Question {
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly { readonly role: 'user'; readonly content: string }[];
}

const STORE_BYTES = 2_000_000;
const PHASE_MS = 2_000;

/** A store that is down, hung or lying for a part of the time. */
export function unreliableStore(): CacheStore {
  const store = memoryStore({ maxBytes: STORE_BYTES });
  const ask = <T>(work: () => Promise<T>): Promise<T> => {
    const isInTrouble = Math.floor(performance.now() / PHASE_MS) % 5 === 0;
    if (!isInTrouble || Math.random() < 0.5) return work();
    return Math.random() < 0.5 ? Promise.reject(new Error('LOADING')) : new Promise(() => {});
  };
  const read = async (key: string): Promise<StoredValue | undefined> => {
    const stored = await store.get(key);
    return Math.random() < 0.01 && stored !== undefined ? { value: stored.value.slice(0, -9) } : stored;
  };
  return {
    get: (key) => ask(() => read(key)),
    set: (key, value, ttlMs) => ask(() => store.set(key, value, ttlMs)),
    setIfAbsent: (key, value, ttlMs) => ask(() => store.setIfAbsent(key, value, ttlMs)),
    delete: (key) => ask(() => store.delete(key)),
    close: () => store.close(),
  };
}

/** A provider that answers, streams, fails or stalls, and counts how often it is asked. */
export class UnreliableProvider {
  calls = 0;

  readonly ask = async (question: Question, { signal, tenantId }: WorkflowContext): Promise<unknown> => {
    this.calls += 1;
    const chance = Math.random();
    if (chance < 0.02) throw Object.assign(new Error('overloaded'), { status: 503 });
    await setTimeout(chance < 0.03 ? 60_000 : 1 + 5 * Math.random(), undefined, { signal });
    const content = `${question.messages[0]?.content} of ${tenantId}`;
    return question.stream ? chunksOf(question.model, content, signal) : wholeOf(question.model, content);
  };
}

function wholeOf(model: string, content: string): object {
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }];
  return {
    object: 'chat.completion',
    model,
    choices,
    usage: { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 },
  };
}

async function* chunksOf(model: string, content: string, signal: AbortSignal): AsyncGenerator<object> {
  const chunk = (delta: object, finish: string | null = null): object => ({
    object: 'chat.completion.chunk',
    model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  for (const word of content.split(/(?<= )/)) {
    await setTimeout(1, undefined, { signal });
    if (Math.random() < 0.005) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    yield chunk({ content: word });
  }
  yield chunk({}, 'stop');
}
