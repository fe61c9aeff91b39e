import { type RunningStep, readWhole, type WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';
import { backgroundClock, type ExecutionRecord, LazyController, within } from 'tta-dev-primitives/internal';

/** A call that no caller waits for. */
export interface BackgroundCall<O> {
  /** The whole output. @throws what the step throws, or an error when it takes too long */
  readonly output: Promise<O | readonly unknown[]>;
  /** Fulfilled when the step has really ended, however long after its deadline. */
  readonly settled: Promise<void>;
  /** What the step and everything beneath it state. */
  readonly record: ExecutionRecord;
}

/**
 * Asks a step with a deadline of its own. It is not cancelled with the caller's work, and what it writes into the shared state, the
 * caller's steps do not see. It keeps no process alive.
 */
export function callInBackground<I, O>(
  call: RunningStep['call'],
  step: WorkflowPrimitive<I, O>,
  input: I,
  context: WorkflowContext,
  timeoutMs: number,
): BackgroundCall<O> {
  const { clock } = context;
  const controller = new LazyController({ awaitsWork: true });
  const own = context.detach('shadow', {
    deadline: clock.now() + timeoutMs,
    abortSource: controller,
    state: new Map(context.state),
  });
  const { output, record } = call(step, input, own);
  const work = output.then(async (answer) => (await readWhole(answer, own)).whole);
  const expire = (): never => {
    const error = new Error(`a call in the background took longer than ${timeoutMs} ms`);
    controller.abort(error);
    throw error;
  };
  const settled = work.then(
    () => {},
    () => {},
  );
  return { output: within(backgroundClock(clock), timeoutMs, () => work, expire), settled, record };
}
