import { dashboard } from 'tta-dashboard';
import { sequence, step, WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';
import type { Comparison } from './harness.ts';

const STEPS = 10;

const increment = async (value: number): Promise<number> => value + 1;

const one: WorkflowPrimitive<number, number> = step('one', increment);

const chain: WorkflowPrimitive<number, number> = Array.from({ length: STEPS - 1 }, () => one).reduce(
  (longer, next) => longer.pipe(next),
  sequence(one),
);

const context = new WorkflowContext();

async function plainChain(value: number): Promise<number> {
  let result = value;
  for (let index = 0; index < STEPS; index += 1) result = await increment(result);
  return result;
}

/** What the dashboard costs each primitive: the record of the request, its line of the ledger, and its sums. */
export const DASHBOARD: readonly Comparison[] = [
  {
    name: `sequence of ${STEPS}, dashboard, per primitive`,
    work: () => chain.execute(1, context),
    other: () => plainChain(1),
    around: async () => {
      const handle = dashboard();
      return async () => handle.close();
    },
    steps: STEPS,
    warmingRounds: 80,
    allowedRatio: 28,
    targetRatio: 16, // 1.5 us where a call costs 100 ns
  },
];
