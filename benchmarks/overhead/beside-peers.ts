import { RunnableLambda } from '@langchain/core/runnables';
import { timeout as cockatielTimeout, TimeoutStrategy } from 'cockatiel';
import pTimeout from 'p-timeout';
import { step, WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';
import { TimeoutPrimitive } from 'tta-observability-integration/primitives';
import type { Comparison } from './harness.ts';

const LIMIT_MS = 30_000;
const STEPS = 10;

const context = new WorkflowContext();

const increment = async (value: number): Promise<number> => value + 1;

const timeout = new TimeoutPrimitive(increment, { timeoutMs: LIMIT_MS });
const policy = cockatielTimeout(LIMIT_MS, TimeoutStrategy.Aggressive);

const one: WorkflowPrimitive<number, number> = step('increment', increment);
const chain = Array.from({ length: STEPS - 1 }, () => one).reduce((longer, next) => longer.pipe(next), one);

const runnable = RunnableLambda.from(increment);
const runnables = Array.from({ length: STEPS - 1 }, () => runnable).reduce(
  (longer, next) => longer.pipe(next),
  runnable,
);

/** What is aimed at beside peers: at least eight times cheaper than their timeouts, fifty times than a sequence of LangChain. */
export const BESIDE_PEERS: readonly Comparison[] = [
  {
    name: 'timeout beside cockatiel, aggressive',
    work: () => timeout.execute(1, context),
    other: () => policy.execute(() => increment(1)),
    allowedRatio: 1 / 6,
    targetRatio: 1 / 8,
  },
  {
    name: 'timeout beside p-timeout',
    work: () => timeout.execute(1, context),
    other: () => pTimeout(increment(1), { milliseconds: LIMIT_MS }),
    allowedRatio: 1 / 8,
  },
  {
    name: `sequence of ${STEPS} beside LangChain`,
    work: () => chain.execute(1, context),
    other: () => runnables.invoke(1),
    allowedRatio: 1 / 50,
  },
];
