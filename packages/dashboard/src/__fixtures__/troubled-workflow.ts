import {
  BulkheadPrimitive,
  CircuitBreakerPrimitive,
  RetryPrimitive,
  type Step,
  step,
  type WorkflowPrimitive,
} from 'tta-dev-primitives';
import {
  byComplexity,
  CachePrimitive,
  type CacheStore,
  LimitPrimitive,
  memoryStore,
  RouterPrimitive,
  TimeoutPrimitive,
} from 'tta-observability-integration/primitives';
import { askAll, modelStep, type Question } from './workflow.ts';

const DAY_MS = 86_400_000;

/** Longer than the slowest test of the page. */
const COOLDOWN_MS = 300_000;

/** Fills every panel of every screen, and leaves something to say in every kind of banner: all of it really happens. */
export async function makeTrouble(): Promise<void> {
  await askShop();
  await askDocs();
  await askBrokenStore();
  await askAll(named('translate', only('llama-3.1-8b')), ['translate this'], { tenantId: 'umbrella' });
}

/** Three routes by how demanding a question looks; the strongest is rate limited in the end, and cools down. */
async function askShop(): Promise<void> {
  let isLimited = false;
  const large = (question: Question): object => {
    if (isLimited) throw Object.assign(new Error('slow down'), { status: 429, headers: { 'retry-after': '300' } });
    return modelStep('gpt-4o')(question);
  };
  const routing = new RouterPrimitive<Question, object>(
    {
      large: { step: large, model: 'gpt-4o', provider: 'openai' },
      medium: { step: streamed('claude-3-5-haiku'), model: 'claude-3-5-haiku', provider: 'anthropic' },
      small: { step: modelStep('gpt-4o-mini'), model: 'gpt-4o-mini', provider: 'openai' },
    },
    {
      strategy: byComplexity([{ route: 'small', upTo: 10 }, { route: 'medium', upTo: 20 }, { route: 'large' }], {
        score: (text) => text.length,
      }),
      defaultRoute: 'small',
      baseline: 'large',
      fallback: true,
    },
  );
  const caching = new CachePrimitive(routing, {
    store: memoryStore({ maxBytes: 1_000_000 }),
    operation: 'shop.advice',
  });
  const limited = new LimitPrimitive(caching, {
    ...{ key: 'tenant', operation: 'shop', requestsPerMinute: 60, estimate: () => ({ costUsd: 0 }) },
    budget: { limitUsd: 0.004, windowMs: DAY_MS },
  });
  const shop = new TimeoutPrimitive(limited, { timeoutMs: 60_000, operation: 'shop.advice' });
  const questions = ['hello', 'which size?', 'hello', 'a question that is long and hard', 'is it blue'];
  await askAll(shop, questions, { tenantId: 'acme', userId: 'u-1', tags: { region: 'eu' } });
  isLimited = true;
  await askAll(shop, ['another question that is long and hard', 'and one more that is long'], { tenantId: 'globex' });
}

/** Two at a time, tried again once, behind a breaker that opens. */
async function askDocs(): Promise<void> {
  let calls = 0;
  const flaky = async (question: Question): Promise<object> => {
    calls += 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (calls % 3 === 1 || calls > 8) throw Object.assign(new Error('overloaded'), { status: 529 });
    return modelStep('gpt-4o-mini')(question);
  };
  const guarded = new CircuitBreakerPrimitive(only('gpt-4o-mini', flaky), { failureThreshold: 3, operation: 'docs' });
  const retried = new RetryPrimitive(guarded, { maxAttempts: 2, backoff: () => 5 });
  const docs = new BulkheadPrimitive(retried, { maxConcurrent: 1, maxQueued: 8, operation: 'docs' });
  const workflow = named('docs.summarise', docs);
  await Promise.all(['one', 'two', 'three'].map((text) => askAll(workflow, [text, `${text} more`, `${text} again`])));
}

async function askBrokenStore(): Promise<void> {
  const refuse = async (): Promise<never> => {
    throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED' });
  };
  const close = async (): Promise<void> => {};
  const store: CacheStore = { get: refuse, set: refuse, setIfAbsent: refuse, delete: refuse, close };
  const caching = new CachePrimitive(only('gpt-4o-mini'), { store, operation: 'support.faq' });
  await askAll(caching, ['where is my order?'], { tenantId: 'Übermäßige Schraubenwerke Süd-Nordrhein GmbH & Co. KG' });
}

/** A workflow under a name of its own. */
function named(name: string, work: WorkflowPrimitive<Question, object>): WorkflowPrimitive<Question, object> {
  return step(name, (question: Question, context) => work.execute(question, context));
}

/** A model that is asked for everything. */
function only(model: string, work: Step<Question, object> = modelStep(model)): WorkflowPrimitive<Question, object> {
  const routes = { [model]: { step: work, model } };
  const cooldown = { cooldownMs: COOLDOWN_MS };
  return new RouterPrimitive<Question, object>(routes, { strategy: () => model, defaultRoute: model, cooldown });
}

/** Answers in chunks, as OpenAI does. */
function streamed(model: string): Step<Question, object> {
  return async function* (question: Question) {
    const whole = modelStep(model)(question) as { readonly usage: object };
    const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', model };
    for (const content of ['It ', 'depends', '.']) yield { ...chunk, choices: [{ index: 0, delta: { content } }] };
    yield { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
    yield { ...chunk, choices: [], usage: whole.usage };
  } as unknown as Step<Question, object>; // a step may give a stream for an object
}
