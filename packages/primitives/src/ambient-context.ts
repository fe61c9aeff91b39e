import { AsyncLocalStorage } from 'node:async_hooks';
import { WorkflowContext } from './context.ts';
import { checkFunction, refusal } from './options.ts';
import { keepReportOpen } from './running-step.ts';

const ambient = new AsyncLocalStorage<WorkflowContext>();

/**
 * Runs a function within a context, for code that cannot pass a context on, such as an SDK that calls `fetch`. Everything that the
 * function starts, now or later, uses the context's tenant, cancellation, deadline and report. The report waits for the
 * promise that the function returns, so await it outside. The report waits only for a native promise, as async functions return it. Other
 * promises, such as those of SDKs, may repeat their work for each `then`.
 *
 * @returns what the function returns
 * @throws TypeError if `context` is not a WorkflowContext or `fn` is not a function
 * @example
 * ```ts
 * const { context, report } = withReport(new WorkflowContext({ tenantId: 'acme' }));
 * await runInContext(context, () => openai.chat.completions.create({ model: 'gpt-4o-mini', messages }));
 * const { costUsd } = await report;
 * ```
 */
export function runInContext<T>(context: WorkflowContext, fn: () => T): T {
  if (!(context instanceof WorkflowContext)) {
    throw new TypeError(refusal('runInContext', 'context', context, 'a WorkflowContext'));
  }
  checkFunction('runInContext', 'fn', fn);
  const given = ambient.run(context, fn);
  if (isNativePromise(given)) keepReportOpen(given, context);
  return given;
}

/** The `then` of a subclass, or of another thenable, may do work of its own. */
function isNativePromise(value: unknown): value is Promise<unknown> {
  return (
    value instanceof Promise && Object.getPrototypeOf(value) === Promise.prototype && !Object.hasOwn(value, 'then')
  );
}

/** The context that `runInContext` set for the running code; undefined outside of it. */
export function currentContext(): WorkflowContext | undefined {
  return ambient.getStore();
}
