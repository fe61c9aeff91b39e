import type { NoteFact, RunningStep, WorkflowContext } from 'tta-dev-primitives';
import type { CacheControl } from './control/cache-control.ts';

/** One execution, as far as the cache is concerned. */
export interface Execution<I> {
  readonly operation: string;
  readonly input: I;
  readonly context: WorkflowContext;
  readonly note: NoteFact;
  readonly background: RunningStep['background'];
  readonly call: RunningStep['call'];
  /** What its caller asks of the cache. */
  readonly control: CacheControl | undefined;
  /** What its request is known by in the store; undefined if it is not looked up. */
  readonly key: string | undefined;
}

/** How an execution counts when the answer comes from the step; `bypass` when its caller wanted no stored one. */
export type OwnOutcome = 'miss' | 'bypass' | 'coalesced' | 'hit';
