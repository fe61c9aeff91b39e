import { step, WorkflowContext } from 'tta-dev-primitives';
import { CacheAdvisorPrimitive, ShadowPrimitive } from 'tta-evaluation';
import { modelCall } from 'tta-observability-integration/llm';
import {
  CachePrimitive,
  CascadePrimitive,
  LimitPrimitive,
  memoryStore,
  RouterPrimitive,
  TimeoutPrimitive,
} from 'tta-observability-integration/primitives';
import type { Comparison } from './harness.ts';

const context = new WorkflowContext({ tenantId: 'acme' });

const REQUEST = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'What is a monad?' }],
  temperature: 0,
} as const;

/** An answer of 2 KB. */
const ANSWER = {
  object: 'chat.completion',
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'x'.repeat(1_800) } }],
  usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
};

const ask = async (_request: typeof REQUEST): Promise<typeof ANSWER> => ANSWER;

const cache = new CachePrimitive(ask, { operation: 'chat', store: memoryStore() });
await cache.execute(REQUEST, context);

/** A lookup in memory that is answered. */
export const cacheHit = (): Promise<typeof ANSWER> => cache.execute(REQUEST, context);

const remembered = new Map([[JSON.stringify(REQUEST), JSON.stringify(ANSWER)]]);

const plainHit = async (): Promise<unknown> => JSON.parse(remembered.get(JSON.stringify(REQUEST)) ?? 'null');

/** An answer of 0.9 KB, as a client parses it. */
const ANSWER_TEXT = JSON.stringify({
  ...ANSWER,
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'x'.repeat(650) } }],
});

const parse = async (_request: typeof REQUEST): Promise<typeof ANSWER> => JSON.parse(ANSWER_TEXT);

const storing = new CachePrimitive(parse, { operation: 'chat', store: memoryStore({ maxBytes: 8_000_000 }) });

let questions = 0;

/** A new request: its answer is priced and stored. */
function storedMiss(): Promise<typeof ANSWER> {
  questions += 1;
  return storing.execute(
    { ...REQUEST, messages: [{ role: 'user', content: `question ${questions}` }] } as never,
    context,
  );
}

const timeout = new TimeoutPrimitive(ask, { timeoutMs: 30_000 });

/** What the same bound takes by hand: a controller for the work, a timer, and a race that forgets the timer. */
async function plainRace(): Promise<unknown> {
  const controller = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    controller.abort();
    reject(new Error('timed out'));
  }, 30_000);
  try {
    return await Promise.race([ask(REQUEST), promise]);
  } finally {
    clearTimeout(timer);
  }
}

const router = new RouterPrimitive(
  { small: { step: ask, model: 'gpt-4o-mini' }, large: { step: ask, model: 'gpt-4o' } },
  { strategy: () => 'small', defaultRoute: 'large', baseline: 'large' },
);

const byName = { small: ask, large: ask };

const plainChoice = (): Promise<unknown> => byName[REQUEST.messages.length < 10 ? 'small' : 'large'](REQUEST);

const cascade = new CascadePrimitive(
  { small: { step: ask, model: 'gpt-4o-mini' }, large: { step: ask, model: 'gpt-4o' } },
  { accept: ({ text }) => text !== '' },
);

const plenty = { requestsPerMinute: 1e9, tokensPerMinute: 1e12, budget: { limitUsd: 1e9, windowMs: 86_400_000 } };
const limit = new LimitPrimitive(ask, { key: 'tenant', concurrent: 1_000 });
const metered = new LimitPrimitive(modelCall(ask), { key: 'tenant', ...plenty });
const call = modelCall(ask);

const advisor = new CacheAdvisorPrimitive(ask, { operation: 'chat' });

const bare = step('ask', ask);

const shadow = new ShadowPrimitive(bare, { baseline: ask, share: 1e-9 });

/**
 * What the primitives cost beside the least code that does the core of their work. A hit makes a key by SHA-256 over the
 * canonical request, checks the entry and prices the answer; a route prices its answer at two models.
 */
export const PRIMITIVES: readonly Comparison[] = [
  { name: 'cache hit, 2 KB', work: cacheHit, other: plainHit, allowedRatio: 12 },
  { name: 'a stored miss, 0.9 KB', work: storedMiss, other: () => parse(REQUEST), allowedRatio: 40, targetRatio: 24 },
  {
    name: 'timeout, in time',
    work: () => timeout.execute(REQUEST, context),
    other: plainRace,
    allowedRatio: 1.8,
    targetRatio: 1.5,
  },
  {
    name: 'router, priced',
    work: () => router.execute(REQUEST, context),
    other: plainChoice,
    allowedRatio: 250,
    targetRatio: 130,
  },
  { name: 'cascade, accepted', work: () => cascade.execute(REQUEST, context), other: plainChoice, allowedRatio: 250 },
  {
    name: 'limit, requests at once',
    work: () => limit.execute(REQUEST, context),
    other: plainChoice,
    allowedRatio: 45,
  },
  {
    name: 'limit, tokens and money',
    work: () => metered.execute(REQUEST, context),
    other: () => call.execute(REQUEST, context),
    allowedRatio: 4,
  },
  { name: 'cache advisor', work: () => advisor.execute(REQUEST, context), other: plainHit, allowedRatio: 15 },
  {
    name: 'shadow, a request outside the slice',
    work: () => shadow.execute(REQUEST, context),
    other: () => bare.execute(REQUEST, context),
    allowedRatio: 5,
  },
];
