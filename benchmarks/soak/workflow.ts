import { RetryPrimitive } from 'tta-dev-primitives';
import {
  CachePrimitive,
  LimitPrimitive,
  memoryStore,
  RouterPrimitive,
  redisStore,
  TimeoutPrimitive,
  tieredStore,
} from 'tta-observability-integration/primitives';
import type { Rates, UnreliableProvider } from './provider.ts';
import type { Question } from './question.ts';

const CHEAP: Rates = { inputPerMillionUsd: 0.15, outputPerMillionUsd: 0.6 };
const STRONG: Rates = { inputPerMillionUsd: 2.5, outputPerMillionUsd: 10 };

const STORE_BYTES = 2_000_000;

/** Every primitive that keeps something, around one provider and one Redis. */
export function workflowOf(provider: UnreliableProvider, redisUrl: string) {
  const redis = redisStore({ url: redisUrl });
  const [cheap, strong] = [attempts('cheap', provider, CHEAP), attempts('strong', provider, STRONG)];
  const router = new RouterPrimitive(
    { cheap: { step: cheap.retry, price: CHEAP }, strong: { step: strong.retry, price: STRONG } },
    {
      strategy: ({ model }: Question) => (model === 'strong' ? 'strong' : 'cheap'),
      defaultRoute: 'cheap',
      baseline: 'strong',
      fallback: true,
    },
  );
  const store = tieredStore(memoryStore({ maxBytes: STORE_BYTES }), redis);
  const cache = new CachePrimitive(router, {
    ...{ operation: 'soak', store, ttlMs: 2_000, staleWhileRevalidateMs: 4_000, staleIfErrorMs: 6_000 },
    tags: ({ messages }: Question) => messages.map(({ content }) => content),
  });
  const limit = new LimitPrimitive(cache, { operation: 'soak', key: 'tenant', requestsPerMinute: 600 });
  const timeout = new TimeoutPrimitive(limit, { operation: 'soak', timeoutMs: 2_000, graceMs: 50 });
  return {
    ...{ timeout, limit, cache, router },
    retries: [cheap.retry, strong.retry],
    attempts: [cheap.timeout, strong.timeout],
    close: () => store.close(),
  };
}

export type SoakWorkflow = ReturnType<typeof workflowOf>;

function attempts(operation: string, provider: UnreliableProvider, rates: Rates) {
  const timeout = new TimeoutPrimitive(provider.at(rates), { operation, timeoutMs: 300, graceMs: 50 });
  return { timeout, retry: new RetryPrimitive(timeout, { maxAttempts: 2, maxDelayMs: 20 }) };
}
