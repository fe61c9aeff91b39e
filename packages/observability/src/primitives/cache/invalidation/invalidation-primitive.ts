import { type NoteFact, type RunningStep, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import type { InvalidationKind } from '../facts.ts';

/** What is to be done to invalidate something, by whom it is observed like every other work. */
export interface InvalidationTask {
  readonly kind: InvalidationKind;
  readonly invalidate: (note: NoteFact) => Promise<void>;
}

/** An invalidation as a piece of observed work, which is no execution of the cache. */
export class InvalidationPrimitive extends WorkflowPrimitive<InvalidationTask, void> {
  override readonly kind = 'invalidation';

  constructor(operation: string) {
    super(operation);
  }

  protected override async run(
    { kind, invalidate }: InvalidationTask,
    _context: WorkflowContext,
    { note }: RunningStep,
  ): Promise<void> {
    note('cache.operation', this.name);
    await invalidate(note);
    note('cache.invalidated', kind);
  }
}
