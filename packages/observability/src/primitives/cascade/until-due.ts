import { followOutput, type WorkflowContext } from 'tta-dev-primitives';
import { deriveController, endOutputWith, onDeadline, untilAborted } from 'tta-dev-primitives/internal';

/**
 * Waits for work no longer than its context allows: until the context is cancelled, or until a deadline without an owner has
 * passed, which also aborts the work. A stream that the work returns stays linked to the context until its end.
 *
 * @param name - of the context that the work is done in, where it needs one of its own
 * @throws what the work throws, the abort reason, or a `TimeoutError`
 */
export async function untilDue<O>(
  context: WorkflowContext,
  name: string,
  work: (own: WorkflowContext) => Promise<O>,
): Promise<O> {
  const isUnattended = !context.isDeadlineOwned && context.deadline !== Infinity;
  if (!context.isAbortable && !isUnattended) return work(context);
  const controller = deriveController(context, { awaitsWork: true }); // what a call costs is known when it has really ended
  const { abortSource } = controller;
  const forget = isUnattended ? onDeadline(context, (error) => controller.abort(error)) : undefined;
  const own = context.child(name, { abortSource });
  try {
    const output = await untilAborted(own, work(own));
    return followOutput(endOutputWith(output, abortSource), { onEnd: controller.release });
  } catch (error) {
    controller.release();
    throw error;
  } finally {
    forget?.();
  }
}
