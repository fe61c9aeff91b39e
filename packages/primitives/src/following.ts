import type { WorkflowContext } from './context.ts';
import type { Ending } from './ending.ts';
import type { Facts, NoteFact } from './facts.ts';
import {
  type ExecutionIdentity,
  type Observer,
  processRegistrations,
  type Registration,
  reportError,
} from './observer.ts';

/** What an observer holds of one execution that it follows. */
export interface FollowedExecution {
  /** Starts the work with a context active in it. Calls `work` once. If undefined, the work is started directly. */
  readonly around: ((work: () => void) => void) | undefined;
  note<Name extends keyof Facts>(name: Name, value: Facts[Name]): void;
  /** Called when the output has really ended. */
  end(ending: Ending): void;
}

/** An observer that need not surround an execution: one object with three methods instead, which costs a fraction of it. */
export interface FollowingObserver extends Observer {
  /** @returns undefined if nothing of this execution is of interest */
  begin(execution: ExecutionIdentity): FollowedExecution | undefined;
}

/** The only observer of an execution, if it can follow. Where there are others, it surrounds the work as they do. */
export function soleFollower(context: WorkflowContext): Registration<FollowingObserver> | undefined {
  const { observers } = context;
  const [first, second] = processRegistrations();
  if (first === undefined || second !== undefined || (observers !== undefined && observers.length > 0))
    return undefined;
  return isFollowing(first) ? first : undefined;
}

function isFollowing(registration: Registration): registration is Registration<FollowingObserver> {
  return typeof (registration.observer as Partial<FollowingObserver>).begin === 'function';
}

/** Begins to follow an execution. What the observer throws is reported to it and changes nothing about the work. */
export function beginFollowing(
  { observer, onError }: Registration<FollowingObserver>,
  execution: ExecutionIdentity,
): FollowedExecution | undefined {
  try {
    return observer.begin(execution);
  } catch (error) {
    reportError(onError, error);
    return undefined;
  }
}

/** States facts to a follower, whatever it throws. */
export function guardedNote(followed: FollowedExecution, { onError }: Registration): NoteFact {
  return (name, value) => {
    try {
      followed.note(name, value);
    } catch (error) {
      reportError(onError, error);
    }
  };
}

/** Starts the work within a follower; once, whatever it does. */
export function startFollowed<T>(followed: FollowedExecution, { onError }: Registration, work: () => T): T {
  let started: { readonly value: T } | undefined;
  const once = (): void => {
    started ??= { value: work() };
  };
  try {
    followed.around?.(once);
  } catch (error) {
    reportError(onError, error);
  }
  once();
  return (started as unknown as { readonly value: T }).value; // `once` has set it
}

/** Ends to follow an execution. */
export function endFollowing(followed: FollowedExecution, { onError }: Registration, ending: Ending): void {
  try {
    followed.end(ending);
  } catch (error) {
    reportError(onError, error);
  }
}
