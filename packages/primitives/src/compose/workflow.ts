import { refusal } from '../options.ts';
import { asPrimitive, SequencePrimitive, type Step, stepsOf, type WorkflowPrimitive } from '../primitive.ts';

/** Steps under the name that their user gives them. It stays one step of whatever it is put into. */
class NamedWorkflow<I, O> extends SequencePrimitive<I, O> {
  override readonly kind: string = 'workflow';
}

/**
 * Names a workflow. Traces, metrics and reports show it under this name instead of the names of its steps.
 *
 * @throws TypeError if the name is empty or not a string, or if `work` is neither a function nor a primitive
 * @example
 * ```ts
 * const support = workflow('support', sequence(classify, retrieve, answer));
 * await support.execute(question); // the span `invoke_workflow support`
 * ```
 */
export function workflow<I, O>(name: string, work: Step<I, O>): WorkflowPrimitive<I, O> {
  if (typeof name !== 'string' || name === '') throw new TypeError(refusal('workflow', 'name', name, 'a name'));
  return new NamedWorkflow<I, O>(stepsOf(asPrimitive(work) as WorkflowPrimitive<never, unknown>), name);
}
