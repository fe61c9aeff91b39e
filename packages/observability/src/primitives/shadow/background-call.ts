import { LazyController, readWhole, type WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';

/** A call that no caller waits for. */
export interface BackgroundCall<O> {
  /** The whole output. @throws what the step throws, or an error when it takes too long */
  readonly output: Promise<O | readonly unknown[]>;
  /** Fulfilled when the step has really ended, however long after its deadline. */
  readonly settled: Promise<void>;
}

/**
 * Asks a step with a deadline of its own. It is not cancelled with the caller's work, and what it writes into the shared state, the
 * caller's steps do not see. It keeps no process alive.
 */
export function callInBackground<I, O>(
  step: WorkflowPrimitive<I, O>,
  input: I,
  context: WorkflowContext,
  timeoutMs: number,
): BackgroundCall<O> {
  const { clock } = context;
  const controller = new LazyController({ awaitsWork: true });
  const late = Promise.withResolvers<never>();
  const own = context.detach('shadow', {
    deadline: clock.now() + timeoutMs,
    abortSource: controller,
    state: new Map(context.state),
  });
  const work = ask(step, input, own);
  const timer = clock.setTimer(() => {
    const error = new Error(`a call in the background took longer than ${timeoutMs} ms`);
    late.reject(error);
    controller.abort(error);
  }, timeoutMs);
  timer.unref?.();
  const settled = work.then(
    () => timer.cancel(),
    () => timer.cancel(),
  );
  return { output: Promise.race([work, late.promise]), settled };
}

async function ask<I, O>(
  step: WorkflowPrimitive<I, O>,
  input: I,
  own: WorkflowContext,
): Promise<O | readonly unknown[]> {
  const { whole } = await readWhole(await step.execute(input, own), own);
  return whole;
}
