import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { byBudget, isBudgetExceededError, RouterPrimitive, redisLimits } from '../../index.ts';
import { answered } from './routing.ts';

/** What one of several processes is to do at once. */
export interface BudgetOrders {
  readonly operation: string;
  readonly limitUsd: number;
  readonly burst: number;
  readonly calls: number;
  /** The most output tokens that each request asks for; one costs a millionth of a dollar. */
  readonly maxTokens: number;
  /** What each answer uses. */
  readonly usedTokens: number;
  readonly takesMs: number;
}

/** What came of its calls. */
export interface BudgetOutcomes {
  readonly routes: Readonly<Record<'preferred' | 'cheap', number>>;
  readonly refused: number;
}

const PATIENTLY = { deadlineMs: 20_000, connectDeadlineMs: 20_000 }; // the machine may be busy; deadlines have their own tests
const [url, prefix] = process.argv.slice(2);
const store = redisLimits({ url, prefix, ...PATIENTLY });
await outcomesOf({ operation: 'start', limitUsd: 1, burst: 1, calls: 1, maxTokens: 1, usedTokens: 1, takesMs: 0 });
process.stdout.write('ready\n');
for await (const line of createInterface(process.stdin)) {
  process.stdout.write(`${JSON.stringify(await outcomesOf(JSON.parse(line) as BudgetOrders))}\n`);
}
await store.close();

async function outcomesOf({
  calls,
  maxTokens,
  usedTokens,
  takesMs,
  ...options
}: BudgetOrders): Promise<BudgetOutcomes> {
  const routes = { preferred: 0, cheap: 0 };
  const route = (name: keyof typeof routes, share: number) => ({
    step: async (_: object) => {
      routes[name] += 1;
      await sleep(takesMs);
      return answered(0, usedTokens);
    },
    price: { inputPerMillionUsd: 0, outputPerMillionUsd: share },
  });
  const router = new RouterPrimitive(
    { preferred: route('preferred', 1), cheap: route('cheap', 0.1) },
    {
      strategy: byBudget<object>(() => 'preferred', { windowMs: 86_400_000, store, ...options }),
      defaultRoute: 'preferred',
    },
  );
  let refused = 0;
  const requests = Array.from({ length: calls }, () => router.execute({ prompt: '', max_tokens: maxTokens }));
  for (const outcome of await Promise.allSettled(requests)) {
    if (outcome.status === 'fulfilled') continue;
    if (!isBudgetExceededError(outcome.reason)) throw outcome.reason;
    refused += 1;
  }
  return { routes, refused };
}
