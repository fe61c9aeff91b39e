import { type NoteFact, type RunningStep, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { registerTopic, topic } from 'tta-observability-integration/telemetry';
import { EVALUATION_TOPICS } from '../../packages/evaluation/src/topics.ts';

declare module 'tta-dev-primitives' {
  interface Facts {
    'faults.number': number;
  }
}

/**
 * What primitives state only after hours of traffic or the loss of a process: a lease of a lost process, drift of 200 scores and more, one
 * answer found no better than another in hundreds of comparisons. It is stated here in their place, and panels have something to show.
 */
class StatedPrimitive extends WorkflowPrimitive<number, void> {
  override readonly kind = 'stated';

  constructor() {
    super('stated');
  }

  protected run(turn: number, _context: WorkflowContext, { note }: RunningStep): void {
    note('cache.operation', 'answer');
    note('cache.leaseExpired', true);
    note('scoreDrift.operation', 'support');
    note('scoreDrift.index', 0.08 + (turn % 20) / 100);
    note('scoreDrift.state', turn % 20 < 10 ? 'stable' : 'moderate');
    note('shadow.operation', 'support');
    note('shadow.dominated', turn % 2 === 0 ? 'routed' : 'baseline');
  }
}

export function statedPrimitive(): WorkflowPrimitive<number, void> {
  for (const each of EVALUATION_TOPICS) registerTopic(each);
  return new StatedPrimitive();
}

/** States a fact whose topic throws. */
class BrokenTopicPrimitive extends WorkflowPrimitive<number, void> {
  override readonly kind = 'broken_topic';

  constructor() {
    super('broken topic');
  }

  protected run(turn: number, _context: WorkflowContext, { note }: { readonly note: NoteFact }): void {
    note('faults.number', turn);
  }
}

export function brokenTopicPrimitive(): WorkflowPrimitive<number, void> {
  const record = (): void => {
    throw new Error('a topic with a bug');
  };
  registerTopic(topic({ facts: { 'faults.number': { record } } }));
  return new BrokenTopicPrimitive();
}
