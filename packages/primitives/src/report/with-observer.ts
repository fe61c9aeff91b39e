import { WorkflowContext } from '../context.ts';
import type { Observer, ObserverOptions } from '../observer.ts';
import { checkMethods } from '../options.ts';

/**
 * Observes every execution beneath one context. The observer runs inside the observers of the process and of outer contexts.
 *
 * @param context - @defaultValue a new context @returns a copy of the context with the observer; execute the workflow with it
 * @throws TypeError if the observer has no method `observe`
 * @example
 * ```ts
 * const context = withObserver({ observe: (execution, run) => void run((name, value) => log(execution.name, name, value)) });
 * await workflow.execute(question, context);
 * ```
 */
export function withObserver(
  observer: Observer,
  context: WorkflowContext = new WorkflowContext(),
  { onError }: ObserverOptions = {},
): WorkflowContext {
  checkMethods('withObserver', 'observer', observer, ['observe']);
  return context.within(context.record, [...context.observers, { observer, onError }]);
}
