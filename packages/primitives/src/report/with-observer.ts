import { WorkflowContext } from '../context.ts';
import type { Observer, ObserverOptions } from '../observer.ts';
import { functionOption, type OptionRules, readOptions } from '../option-rules.ts';
import { checkMethods } from '../options.ts';

/** How an observer of one context is told what it threw. */
type Options = Pick<ObserverOptions, 'onError'>;

const OWNER = 'withObserver';

const RULES = { onError: functionOption() } satisfies OptionRules<Options>;

/**
 * Observes every execution beneath one context. The observer runs inside the observers of the process and of outer contexts.
 *
 * @param context - @defaultValue a new context @returns a copy of the context with the observer; execute the workflow with it
 * @throws TypeError if the observer has no method `observe`, or naming an option that is wrong
 * @example
 * ```ts
 * const context = withObserver({ observe: (execution, run) => void run((name, value) => log(execution.name, name, value)) });
 * await workflow.execute(question, context);
 * ```
 */
export function withObserver(
  observer: Observer,
  context: WorkflowContext = new WorkflowContext(),
  options: Options = {},
): WorkflowContext {
  checkMethods(OWNER, 'observer', observer, ['observe']);
  const { onError } = readOptions<Options, typeof RULES>(OWNER, options, RULES);
  return context.within(context.record, [...context.observers, { observer, onError }]);
}
