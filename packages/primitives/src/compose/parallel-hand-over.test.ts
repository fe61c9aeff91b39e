import { expect, it } from 'vitest';
import { LazyController } from '../abort-source.ts';
import { WorkflowContext } from '../context.ts';
import {
  BulkheadPrimitive,
  CircuitBreakerPrimitive,
  CompensationPrimitive,
  FallbackPrimitive,
  RetryPrimitive,
} from '../index.ts';
import { type Step, step } from '../primitive.ts';
import { recordingObserver } from '../testing/recording-observer.ts';
import { parallel } from './parallel.ts';

const REASON = new Error('the caller left');
const turn = (): Promise<void> => new Promise(setImmediate);

/** Two branches that each give a stream which never ends by itself, and why each was cancelled. */
function streaming() {
  const reasons: unknown[] = [];
  const branch = step(
    'stream',
    () => new ReadableStream<number>({ cancel: (reason) => void reasons.push(reason) }, { highWaterMark: 0 }),
  );
  return { branch, both: parallel([branch, branch]), reasons };
}

type Around = (
  both: Step<string, unknown>,
  branch: Step<string, unknown>,
) => { execute(input: string, context: WorkflowContext): Promise<unknown> };

it.each<readonly [string, Around]>([
  [
    'a step',
    (both) =>
      step('outer', (input: string, context) => (both as ReturnType<typeof parallel>).execute(input as never, context)),
  ],
  ['a parallel', (both) => parallel({ both })],
  ['a parallel that settles', (_, branch) => parallel([branch, branch], { mode: 'settle' })],
  ['a retry', (both) => new RetryPrimitive(both)],
  ['a fallback', (both) => new FallbackPrimitive(both, [both])],
  ['a bulkhead', (both) => new BulkheadPrimitive(both, { maxConcurrent: 1 })],
  ['a circuit breaker', (both) => new CircuitBreakerPrimitive(both)],
  ['a compensation', (both) => new CompensationPrimitive([{ do: both }])],
])(
  'closes the streams that a parallel in %s has given when the caller leaves, and ends its execution then',
  async (_, around) => {
    const recording = recordingObserver();
    const { branch, both, reasons } = streaming();
    const controller = new LazyController();
    const outputs = await around(both, branch).execute('', new WorkflowContext({ abortSource: controller }));
    await turn();
    const [outermost] = recording.executions;
    expect(outermost?.ending).toBeUndefined();
    controller.abort(REASON);
    await turn();
    recording.stop();
    expect(reasons).toEqual([REASON, REASON]);
    expect(outermost?.ending).toEqual({ status: 'cancelled', error: REASON });
    expect(outputs).toBeDefined();
  },
);

it('keeps the place in a bulkhead until each stream of a parallel has ended', async () => {
  const { both } = streaming();
  const bulkhead = new BulkheadPrimitive(both, { maxConcurrent: 1 });
  const [first, second] = await bulkhead.execute('');
  await first?.cancel();
  expect(bulkhead.getStats().running).toBe(1);
  await second?.cancel();
  expect(bulkhead.getStats().running).toBe(0);
});

it('counts a call of a circuit breaker when each stream of a parallel has ended', async () => {
  const { both } = streaming();
  const circuit = new CircuitBreakerPrimitive(both);
  const [first, second] = await circuit.execute('');
  await first?.cancel();
  expect(circuit.getStats().cancelled).toBe(0);
  await second?.cancel();
  expect(circuit.getStats().cancelled).toBe(1);
});

it('leaves its streams to an owner that still waits for the work', async () => {
  const { both, reasons } = streaming();
  const owner = new LazyController({ awaitsWork: true });
  const outputs = await both.execute('', new WorkflowContext({ abortSource: owner }));
  owner.abort(REASON);
  await turn();
  expect(reasons).toEqual([]);
  expect(outputs).toHaveLength(2);
});
