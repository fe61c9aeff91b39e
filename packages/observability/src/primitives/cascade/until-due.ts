import { followOutput, type WorkflowContext } from 'tta-dev-primitives';
import { deriveController, endOutputWith, onDeadline, untilAborted } from 'tta-dev-primitives/internal';

/**
 * Does work that is waited for no longer than its context allows, whatever the work does: until that is cancelled, or until its
 * deadline has passed where nobody else enforces it, in which case the work is aborted too. A stream that the work gives
 * stays linked to the context to its end.
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
