import type { WorkflowContext } from './context.ts';
import type { Ending } from './ending.ts';
import { type NoteFact, noteNothing } from './facts.ts';
import { booleanOption, functionOption, type OptionRules, readOptions } from './option-rules.ts';
import { checkMethods } from './options.ts';

/** Identifies what is executed. */
export interface ExecutionIdentity {
  /** The kind of primitive: `sequence`, `timeout`, `cache` ... */
  readonly kind: string;
  /** The name that its author gave it. */
  readonly name: string;
  readonly context: WorkflowContext;
  /** Whether it is a plain function that is the whole work of the primitive around it; undefined from older copies of this package. */
  readonly isOnlyWork?: boolean;
}

/**
 * Surrounds every execution.
 *
 * `observe` calls `run` once, before it returns; the work starts inside that call, so a context that is active there (an
 * OpenTelemetry span, an `AsyncLocalStorage` store) is active in the work. The promise that `run` returns never rejects and
 * settles when the output has really ended, which for a stream is after the caller got it.
 *
 * An observer cannot fail, repeat or delay work: the work runs once even if `observe` throws, calls `run` twice or not at all.
 */
export interface Observer {
  observe(execution: ExecutionIdentity, run: (note: NoteFact) => Promise<Ending>): void | Promise<void>;
}

export interface ObserverOptions {
  /**
   * Called with what the observer threw. Without it, such errors are dropped, because observing must not affect the
   * work.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Whether primitives should also state prompts and answers, for an observer of the process. @defaultValue false */
  readonly readsContent?: boolean | undefined;
}

const RULES = {
  onError: functionOption(),
  readsContent: booleanOption(false),
} satisfies OptionRules<ObserverOptions>;

/** An observer of the process. */
export interface Registration<O extends Observer = Observer> {
  readonly observer: O;
  readonly onError: ((error: unknown) => void) | undefined;
  readonly readsContent?: boolean;
}

interface Registry {
  registrations: readonly Registration[];
}

/** One registry per process, however many copies of this package are loaded; `v1` is the shape of `Registration`. */
const REGISTRY = Symbol.for('tta-dev-primitives.observers.v1');

const registry: Registry = ((globalThis as { [REGISTRY]?: Registry })[REGISTRY] ??= { registrations: [] });

/**
 * Makes `observer` surround every execution from now on, in every copy of this package.
 *
 * @returns a function that removes the observer
 * @throws TypeError if the observer has no method `observe`, or an error that names an invalid option
 */
export function registerObserver(observer: Observer, options: ObserverOptions = {}): () => void {
  checkMethods('registerObserver', 'observer', observer, ['observe']);
  const { onError, readsContent } = readOptions<ObserverOptions, typeof RULES>('registerObserver', options, RULES);
  const registration: Registration = { observer, onError, readsContent };
  registry.registrations = [...registry.registrations, registration];
  return () => {
    registry.registrations = registry.registrations.filter((other) => other !== registration);
  };
}

/** Whether an observer of the process wants prompts and answers stated. */
export function isContentRead(): boolean {
  return registry.registrations.some(({ readsContent }) => readsContent === true);
}

/** The observers of the process, the first registered outermost. */
export function processRegistrations(): readonly Registration[] {
  return registry.registrations;
}

/** Whether an observer of the process or of the context sees an execution. Primitives need not check; `execute` does. */
export function isObserved(context?: WorkflowContext): boolean {
  return registry.registrations.length > 0 || (context !== undefined && (context.observers?.length ?? 0) > 0);
}

/**
 * Runs `work` surrounded by every registered observer, the first registered outermost, and inside them by those of its context.
 *
 * `work` is called exactly once, before this function returns.
 */
export function observed(execution: ExecutionIdentity, work: (note: NoteFact) => Promise<Ending>): void {
  const { observers = [] } = execution.context; // a context of another copy of this package may carry none
  // What a context carries was an Observer when `withObserver` took it.
  const carried = observers as readonly unknown[] as readonly Registration[];
  const { registrations } = registry;
  void surround(carried.length === 0 ? registrations : [...registrations, ...carried], 0, execution, work, []); // never rejects
}

function surround(
  registrations: readonly Registration[],
  index: number,
  execution: ExecutionIdentity,
  work: (note: NoteFact) => Promise<Ending>,
  sinks: readonly NoteFact[],
): Promise<Ending> {
  const registration = registrations[index];
  if (registration === undefined) return work(noteToAll(sinks));
  const { observer, onError } = registration;
  let ending: Promise<Ending> | undefined;
  const run = (note: NoteFact): Promise<Ending> => {
    ending ??= surround(registrations, index + 1, execution, work, [...sinks, guarded(note, onError)]);
    return ending;
  };
  try {
    const observing = observer.observe(execution, run);
    observing?.then(undefined, (error: unknown) => reportError(onError, error));
  } catch (error) {
    reportError(onError, error);
  }
  return ending ?? run(noteNothing);
}

function noteToAll(sinks: readonly NoteFact[]): NoteFact {
  const [only] = sinks;
  if (sinks.length === 1 && only !== undefined) return only;
  return (name, value) => {
    for (const note of sinks) note(name, value);
  };
}

function guarded(note: NoteFact, onError: Registration['onError']): NoteFact {
  return (name, value) => {
    try {
      note(name, value);
    } catch (error) {
      reportError(onError, error);
    }
  };
}

/** Reports what an observer threw. */
export function reportError(onError: Registration['onError'], error: unknown): void {
  try {
    onError?.(error);
  } catch {
    // The reporter of telemetry failures has failed too. There is nothing left to report to, and the work goes on.
  }
}
