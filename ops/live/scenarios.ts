import { setTimeout as sleep } from 'node:timers/promises';
import {
  BulkheadPrimitive,
  CircuitBreakerPrimitive,
  CompensationPrimitive,
  compensable,
  constantBackoff,
  FallbackPrimitive,
  RetryPrimitive,
  step,
  WorkflowContext,
  workflow,
} from 'tta-dev-primitives';
import { modelCall, SavingsLedger } from 'tta-observability-integration/llm';
import {
  agreement,
  byBudget,
  byCost,
  CachePrimitive,
  CascadePrimitive,
  LimitPrimitive,
  RouterPrimitive,
  redisLimits,
  TimeoutPrimitive,
} from 'tta-observability-integration/primitives';
import { faultyStore } from './faulty-store.ts';
import { type Request, requestOf, simulatedModel, streamingModel } from './models.ts';

/** Does one round of its work. Turns count from 0. */
export type Scenario = (turn: number) => Promise<unknown>;

const PROMPTS = 12;

/** What most services have: timeout(cache(router)). The store goes down now and then, and models fail, are late and have no price. */
export function answering(): Scenario {
  const store = faultyStore({ damageEvery: 9 });
  const router = new RouterPrimitive(
    {
      small: { step: simulatedModel('gpt-4o-mini', { failEvery: 7 }), model: 'gpt-4o-mini', provider: 'openai' },
      large: { step: simulatedModel('gpt-4o', { answerMs: 6 }), model: 'gpt-4o', provider: 'openai' },
      own: { step: simulatedModel('our-llama', { failEvery: 4 }), model: 'our-llama', provider: 'self' },
    },
    {
      strategy: ({ messages }: Request) => routeFor(messages[0]?.content ?? ''),
      defaultRoute: 'large',
      baseline: 'large',
      fallback: true,
    },
  );
  const cache = new CachePrimitive(router, { operation: 'answer', store, ttlMs: 3_600_000, tags: () => ['faq'] });
  const answer = new TimeoutPrimitive(cache, { operation: 'answer', timeoutMs: 1_000, graceMs: 100 });
  return async (turn) => {
    store.isDown = turn % 40 >= 25;
    const context = new WorkflowContext({ tenantId: 'acme' });
    const request = requestOf(`question ${turn % 3 === 0 ? turn : turn % PROMPTS}`);
    await answer.execute(request, context).catch(ignoreInjected);
    if (turn % 5 === 0) await cache.invalidate(request, context);
    if (turn % 20 === 0) await cache.invalidateTag('faq', context);
  };
}

/** A cache whose answers are soon stale: they are served all the same, and refreshed or kept while the model fails. */
export function suggesting(): Scenario {
  const model = modelCall(simulatedModel('gpt-4o-mini', { failEvery: 3 }), {
    provider: 'openai',
    model: 'gpt-4o-mini',
  });
  const cache = new CachePrimitive(model, {
    operation: 'suggest',
    ttlMs: 5,
    staleWhileRevalidateMs: 3_600_000,
    staleIfErrorMs: 3_600_000,
  });
  return async (turn) => {
    const request = requestOf(`suggestion ${turn % 2}`);
    const context = new WorkflowContext({ tenantId: 'acme' });
    if (turn % 6 === 0) await cache.invalidate(request, context);
    await Promise.all([cache.execute(request, context), cache.execute(request, context)]);
  };
}

/** Failures that scenarios inject reach their callers, as they should. Any other one is a bug of the load. */
export function ignoreInjected(error: unknown): void {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError) throw error;
}

function routeFor(prompt: string): string {
  const number = Number(prompt.split(' ')[1]) % PROMPTS;
  if (number === 3) throw new Error('the routing function has a bug');
  if (number === 4) return 'nowhere';
  return number % 5 === 0 ? 'own' : number % 3 === 0 ? 'large' : 'small';
}

/** Steps that are in time, late, out of time, and deaf to their signal. */
export function timing(): Scenario {
  const work = step('work', (durationMs: number, { signal }) =>
    sleep(durationMs, undefined, durationMs > 150 ? {} : { signal }).then(() => {
      if (durationMs === 160) throw new Error('too late to tell anybody');
    }),
  );
  const timed = new TimeoutPrimitive(work, {
    operation: 'search',
    timeoutMs: 60,
    graceMs: 30,
    softAction: 'notify',
  });
  const durations = [1, 2, 4, 8, 16, 70, 140, 160, 400];
  return (turn) => timed.execute(durations[turn % durations.length] as number);
}

/** Two cheap models that sometimes disagree, and a last one that checks them. */
export function cascading(): Scenario {
  const cascade = new CascadePrimitive(
    {
      cheap: agreement(
        {
          mini: { step: simulatedModel('gpt-4o-mini'), model: 'gpt-4o-mini', provider: 'openai' },
          flash: {
            step: (prompt: string, context: WorkflowContext) =>
              simulatedModel('gemini-2.0-flash')(prompt.replace('7', '8'), context),
            model: 'gemini-2.0-flash',
            provider: 'google',
          },
        },
        ({ text }) => text ?? undefined,
      ),
      own: { step: simulatedModel('our-llama', { failEvery: 3 }), model: 'our-llama', provider: 'self' },
    },
    { operation: 'extract', checkEvery: 2, selfSwitch: false },
  );
  return (turn) => cascade.execute(`invoice ${turn % 10}`);
}

/** Failures that are retried, replaced, rejected, undone and queued. */
export function recovering(): Scenario {
  const shaky = simulatedModel('gpt-4o', { failEvery: 2 });
  const retry = new RetryPrimitive(shaky, { operation: 'summary', maxAttempts: 3, backoff: constantBackoff(1) });
  const fallback = new FallbackPrimitive(simulatedModel('gpt-4o', { failEvery: 3 }), [simulatedModel('gpt-4o-mini')], {
    operation: 'summary',
  });
  let isUp = true;
  const circuit = new CircuitBreakerPrimitive(
    step('mail', () => {
      if (!isUp) throw Object.assign(new Error('503'), { status: 503 });
    }),
    { operation: 'mail', failureThreshold: 2, recoveryMs: 150, successThreshold: 1 },
  );
  const reserve = compensable(
    (turn: number) => turn,
    (turn) => {
      if (turn % 9 === 0) throw new Error('the stock cannot be given back');
    },
  );
  const charge = compensable((turn: number) => {
    if (turn % 3 === 0) throw new Error('the card was refused');
    return turn;
  });
  const saga = new CompensationPrimitive<number, number>([reserve, charge], { operation: 'order' });
  const bulkhead = new BulkheadPrimitive(simulatedModel('gpt-4o-mini', { answerMs: 10 }), {
    maxConcurrent: 1,
    maxQueued: 2,
    operation: 'rerank',
  });
  const summary = workflow('summary', retry);
  const translation = workflow('translation', fallback);
  const mail = workflow('mail', circuit);
  const order = workflow('order', saga);
  const rerank = workflow('rerank', bulkhead);
  return async (turn) => {
    isUp = turn % 40 < 20;
    await Promise.allSettled([
      summary.execute('summary'),
      translation.execute('translation'),
      mail.execute(undefined),
      order.execute(turn),
      ...Array.from({ length: 4 }, () => rerank.execute('rerank')),
    ]);
  };
}

/** Tenants at the end of their requests, their tokens and their money, and a limit whose shared store is gone. */
export function limiting(): Scenario {
  const model = simulatedModel('gpt-4o-mini', { answerMs: 8 });
  const requests = new LimitPrimitive(model, { key: 'tenant', requestsPerMinute: 60, operation: 'chat' });
  const budget = new LimitPrimitive(model, {
    key: 'tenant',
    concurrent: 2,
    budget: { limitUsd: 0.5, windowMs: 3_600_000 },
    operation: 'report',
  });
  const unpriced = new LimitPrimitive(simulatedModel('our-llama'), {
    key: 'tenant',
    budget: { limitUsd: 50, windowMs: 3_600_000 },
    estimate: () => ({ costUsd: 0.001 }),
    operation: 'draft',
  });
  const poor = new RouterPrimitive(
    { small: { step: model, model: 'gpt-4o-mini', provider: 'openai' } },
    { strategy: byBudget(byCost(), { limitUsd: 0.0001, windowMs: 3_600_000 }), defaultRoute: 'small' },
  );
  const alone = new LimitPrimitive(model, {
    key: 'tenant',
    requestsPerMinute: 100_000,
    store: redisLimits({ url: 'redis://127.0.0.1:1', deadlineMs: 50 }), // nothing listens there
    operation: 'translate',
  });
  return (turn) => {
    const context = new WorkflowContext({ tenantId: turn % 2 === 0 ? 'acme' : 'initech' });
    const request = requestOf(`request ${turn % PROMPTS}`);
    return Promise.allSettled([
      requests.execute(request, context),
      budget.execute(request, context),
      budget.execute(request, context),
      budget.execute(request, context),
      unpriced.execute(request, context),
      poor.execute(request, context),
      alone.execute(request, context),
    ]);
  };
}

/** Calls of models without a router, a stream among them, and an account of everything. */
export function accounting(): { readonly run: Scenario; readonly close: () => Promise<void> } {
  const ledger = new SavingsLedger();
  const unknown = modelCall(simulatedModel('our-llama'), { provider: 'self', model: 'our-llama' });
  const limited = modelCall(simulatedModel('gpt-4o', { failEvery: 5, status: 429 }), {
    provider: 'openai',
    model: 'gpt-4o',
  });
  const stream = modelCall(streamingModel('gpt-4o'), { provider: 'openai', model: 'gpt-4o' });
  const read = async (): Promise<void> => {
    for await (const _chunk of await stream.execute(requestOf('a streamed answer')));
  };
  const other = modelCall(simulatedModel('claude-sonnet-4-5'), {
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
  });
  return {
    run: () =>
      Promise.allSettled([
        ...[unknown, limited, other].map((call) => call.execute(requestOf('a question of its own'))),
        read(),
      ]),
    close: () => ledger.close(),
  };
}
