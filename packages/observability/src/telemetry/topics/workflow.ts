import { capped, closed, counter, type Dimension, latency, type Metric, upDownCounter } from '../metric.ts';
import { type Topic, topic } from '../topic.ts';

/** How an execution ends. */
export const OUTCOMES = ['success', 'error', 'cancelled'] as const;

const WORKFLOW = capped('workflow');
const OUTCOME: Dimension<(typeof OUTCOMES)[number]> = closed('outcome', OUTCOMES);

type Outcome = typeof OUTCOME;

/** What is counted of each execution, whatever its primitive. A workflow is an execution that is inside no other one. */
export const EXECUTION: {
  readonly workflows: Metric<readonly [Dimension, Outcome], 'counter'>;
  readonly seconds: Metric<readonly [Dimension], 'histogram'>;
  readonly inFlight: Metric<readonly [Dimension], 'up_down_counter'>;
  readonly steps: Metric<readonly [Dimension, Outcome], 'counter'>;
} = {
  workflows: counter('workflow_executions_total', '{execution}', 'Workflows by outcome.', WORKFLOW, OUTCOME),
  seconds: latency('workflow_seconds', 's', 'Time of workflows, to the real end of their output.', WORKFLOW),
  inFlight: upDownCounter('workflow_in_flight', '{execution}', 'Workflows that have not ended.', WORKFLOW),
  steps: counter(
    'workflow_steps_total',
    '{execution}',
    'Executions of primitives by kind and outcome, those of workflows included.',
    capped('kind'),
    OUTCOME,
  ),
};

/** What telemetry counts of every execution. */
export const workflowTopic: Topic<never> = topic({ metrics: EXECUTION });
