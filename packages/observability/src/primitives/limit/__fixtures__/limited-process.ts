import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isLimitError, type LimitOptions, LimitPrimitive, redisLimits } from '../../index.ts';
import { answer, request } from './limited-calls.ts';

/** What one of several processes is to do at once. */
export interface Orders {
  /** The limits, and the operation that they are counted under. */
  readonly options: Partial<LimitOptions<object>>;
  readonly calls: number;
  /** How long the step takes, in milliseconds. */
  readonly takesMs: number;
  /** What each answer uses. */
  readonly tokens: number;
}

/** What has become of its calls. */
export interface Outcomes {
  readonly allowed: number;
  readonly refused: number;
  readonly local: number;
  readonly tokens: number;
}

const PATIENTLY = { deadlineMs: 20_000, connectDeadlineMs: 20_000 }; // the machine may be busy; deadlines have their own tests
const [url, prefix] = process.argv.slice(2);
const store = redisLimits({ url, prefix, ...PATIENTLY });
await new LimitPrimitive(() => 'connected', { key: 'tenant', operation: 'connection', concurrent: 9, store }).execute(
  {},
);
process.stdout.write('ready\n');
for await (const line of createInterface(process.stdin)) {
  process.stdout.write(`${JSON.stringify(await outcomesOf(JSON.parse(line) as Orders))}\n`);
}
await store.close();

async function outcomesOf({ options, calls, takesMs, tokens }: Orders): Promise<Outcomes> {
  const step = async (_: object): Promise<object> => {
    await sleep(takesMs);
    return answer(tokens);
  };
  const limit = new LimitPrimitive(step, { key: 'tenant', ...options, store });
  for (const outcome of await Promise.allSettled(Array.from({ length: calls }, () => limit.execute(request())))) {
    if (outcome.status === 'rejected' && !isLimitError(outcome.reason)) throw outcome.reason;
  }
  return limit.getStats();
}
