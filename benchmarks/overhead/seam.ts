import {
  parallel,
  registerObserver,
  sequence,
  step,
  WorkflowContext,
  type WorkflowPrimitive,
} from 'tta-dev-primitives';
import { observeReports } from 'tta-dev-primitives/internal';
import { type Comparison, extraNs } from './harness.ts';

const STEPS = 10;

const increment = async (value: number): Promise<number> => value + 1;

const one: WorkflowPrimitive<number, number> = step('one', increment);

const chain: WorkflowPrimitive<number, number> = Array.from({ length: STEPS - 1 }, () => one).reduce(
  (longer, next) => longer.pipe(next),
  sequence(one),
);

const three = parallel([increment, increment, increment]);

async function plainChain(value: number): Promise<number> {
  let result = value;
  for (let index = 0; index < STEPS; index += 1) result = await increment(result);
  return result;
}

const plainThree = (): Promise<number[]> => Promise.all([increment(1), increment(1), increment(1)]);

const context = new WorkflowContext();
const cancellable = new WorkflowContext({ signal: new AbortController().signal });

/** Does the work under the cheapest observer, which comes and goes with each call: both sides of the comparison pay for that. */
const watching = async (work: () => Promise<unknown>): Promise<unknown> => {
  const stop = registerObserver({ observe: (_, run) => void run(() => {}) });
  try {
    return await work();
  } finally {
    stop();
  }
};

/** Keeps the record of every request, as a ledger or a dashboard does. */
const reporting = async (): Promise<() => Promise<void>> => {
  const stop = observeReports({ onReport() {} });
  return async () => stop();
};

/**
 * What the seam costs beside the plain code that does the same work. The allowances are about twice what a quiet machine
 * measures: they catch one more turn of the queue, or one more object, per step.
 */
export const SEAM: readonly Comparison[] = [
  {
    name: 'execute, no observer',
    work: () => one.execute(1, context),
    other: () => increment(1),
    allowedRatio: 2,
  },
  {
    name: 'execute with a context of its own',
    work: () => one.execute(1),
    other: () => increment(1),
    allowedRatio: 6,
  },
  {
    name: 'execute, observed',
    work: () => watching(() => one.execute(1, context)),
    other: () => watching(() => increment(1)),
    allowedRatio: 6,
  },
  {
    name: `sequence of ${STEPS}, per step`,
    work: () => chain.execute(1, context),
    other: () => plainChain(1),
    steps: STEPS,
    ...extraNs(150), // 250 ns in all
  },
  {
    name: 'execute, reports observed',
    work: () => one.execute(1, context),
    other: () => one.execute(1, context),
    around: reporting,
    ...extraNs(2_500), // one record per request, and one per execution
  },
  {
    name: `sequence of ${STEPS}, reports observed, per primitive`,
    work: () => chain.execute(1, context),
    other: () => plainChain(1),
    around: reporting,
    steps: STEPS,
    ...extraNs(1_500),
  },
  { name: 'child context', work: () => context.child('part'), other: () => undefined, allowedRatio: 8 },
  { name: 'parallel of 3', work: () => three.execute(1, context), other: plainThree, allowedRatio: 15 },
  {
    name: 'parallel of 3, cancellable',
    work: () => three.execute(1, cancellable),
    other: plainThree,
    allowedRatio: 25,
  },
];
