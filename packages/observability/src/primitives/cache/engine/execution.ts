import type { NoteFact, WorkflowContext } from 'tta-dev-primitives';

/** One execution, as far as the cache is concerned. */
export interface Execution<I> {
  readonly input: I;
  readonly context: WorkflowContext;
  readonly note: NoteFact;
}

/** How an execution counts when the answer comes from the step. */
export type OwnOutcome = 'miss' | 'coalesced' | 'hit';
