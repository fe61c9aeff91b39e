import type { NumberedMutant } from './switched.ts';

/** What the process that runs the tests is given, as a file of JSON. */
export interface Plan {
  /** The folder of the package, absolute. */
  readonly folder: string;
  /** Test files, absolute, in the order they run. */
  readonly tests: readonly string[];
  readonly mutants: readonly NumberedMutant[];
  /** After so many mutants a test file runs without one, to see that they left nothing behind. */
  readonly checkAfter: number;
  /** The file that gets a line for each event. No event is lost if the process has to be killed. */
  readonly events: string;
}

/** The environment variable with the path of the plan. */
export const PLAN_VARIABLE = 'MUTATION_PLAN';

/** What happens to a test file. */
export type RunEvent = { readonly test: string } & (
  | { readonly type: 'baseline'; readonly ms: number; readonly isGreen: boolean; readonly reached: readonly number[] }
  | { readonly type: 'start'; readonly id: number }
  | { readonly type: 'survived'; readonly id: number }
  | { readonly type: 'killed'; readonly id: number; readonly by: string }
  /** The tests pass, or no longer pass, without a mutant. */
  | { readonly type: 'clean' | 'unclean' }
  | { readonly type: 'done' }
);

/** The events in the text of their file, except for a last line that is incomplete. */
export function eventsOf(text: string): readonly RunEvent[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as RunEvent);
}

export interface Verdicts {
  /** What killed each mutant that is dead. */
  readonly killedBy: ReadonlyMap<number, string>;
  /** The mutants that survived each test file. */
  readonly survivedIn: ReadonlyMap<string, ReadonlySet<number>>;
  /** The mutants that any test reaches. */
  readonly reached: ReadonlySet<number>;
  /** Test files whose mutants are all decided. */
  readonly done: ReadonlySet<string>;
  /** Test files that failed after a mutant had run in the same process. */
  readonly unclean: ReadonlySet<string>;
  /** Test files that fail without a mutant, or fail when they run again in the same process. */
  readonly unusable: ReadonlySet<string>;
}

/**
 * What the events say in the end. A kill counts if the tests pass without a mutant afterwards. If they do not, a mutant before may have
 * been the reason, unless there was only one.
 */
export function verdictsOf(events: readonly RunEvent[]): Verdicts {
  const killedBy = new Map<number, string>();
  const survivedIn = new Map<string, Set<number>>();
  const reached = new Set<number>();
  const done = new Set<string>();
  const unclean = new Set<string>();
  const unusable = new Set<string>();
  let unconfirmed: number[] = [];
  let started = 0;
  for (const event of events) {
    const { test } = event;
    if (event.type === 'baseline') {
      unconfirmed = [];
      started = 0;
      if (!event.isGreen) unusable.add(test);
      for (const id of event.reached) reached.add(id);
    } else if (event.type === 'start') started += 1;
    else if (event.type === 'survived') survivedIn.set(test, (survivedIn.get(test) ?? new Set()).add(event.id));
    else if (event.type === 'killed') {
      killedBy.set(event.id, event.by);
      unconfirmed.push(event.id);
    } else if (event.type === 'done') done.add(test);
    else {
      if (event.type === 'unclean') {
        if (started === 0) unusable.add(test);
        else unclean.add(test);
        if (started > 1) for (const id of unconfirmed) killedBy.delete(id);
      }
      unconfirmed = [];
      started = 0;
    }
  }
  return { killedBy, survivedIn, reached, done, unclean, unusable };
}
