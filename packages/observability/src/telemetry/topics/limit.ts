// For their facts: every name that a limit may state must have its entry below.
import type {} from '../../primitives/limit/facts.ts';
import type { Recorder } from '../fact-entry.ts';
import { capped, closed, counter, upDownCounter } from '../metric.ts';
import { namedBy } from '../spans/span-definition.ts';
import { type FactsUnder, type Topic, topic } from '../topic.ts';

const OPERATION = capped('operation');
const OUTCOMES = ['allowed', 'refused', 'cancelled'] as const;
const LIMITS = ['requests', 'tokens', 'concurrent', 'budget'] as const;

const metrics = {
  decisions: counter(
    'limit_decisions_total',
    '{execution}',
    'Executions by how a limit received them.',
    OPERATION,
    closed('outcome', OUTCOMES),
  ),
  refusals: counter(
    'limit_refusals_total',
    '{execution}',
    'Executions that a limit refused, by the limit.',
    OPERATION,
    closed('limit', LIMITS),
  ),
  local: counter(
    'limit_local_decisions_total',
    '{execution}',
    'Executions decided by the local share, because the shared store could not be used.',
    OPERATION,
  ),
  running: upDownCounter('limit_running', '{execution}', 'Executions let through that have not ended.', OPERATION),
  tokens: counter('limit_tokens_total', '{token}', 'Tokens that count for executions that have ended.', OPERATION),
  costUsd: counter('limit_cost_usd_total', '{USD}', 'US dollars that count for executions that have ended.', OPERATION),
  unpriced: counter(
    'limit_unpriced_total',
    '{execution}',
    'Executions whose cost is not known, counted with what was expected.',
    OPERATION,
  ),
};

/** What becomes of the facts of limits. A key is in none of them. */
export const limitTopic: Topic<FactsUnder<'limit'>> = topic({
  facts: {
    'limit.operation': { attribute: 'tta.limit.operation', dimension: 'operation', record: startLimit },
    'limit.refusedBy': {
      attribute: 'tta.limit.refused_by',
      record: (limit, recorder) => recorder.add(metrics.refusals, [recorder.label('limit.operation'), limit]),
    },
    'limit.outcome': {
      attribute: 'tta.limit.outcome',
      record: (outcome, recorder) => recorder.add(metrics.decisions, [recorder.label('limit.operation'), outcome]),
    },
    'limit.local': {
      attribute: 'tta.limit.local',
      record: (_true, recorder) => recorder.add(metrics.local, [recorder.label('limit.operation')]),
    },
    'limit.expectedTokens': { attribute: 'tta.limit.expected_tokens' },
    'limit.tokens': {
      attribute: 'tta.limit.tokens',
      record: (tokens, recorder) => recorder.add(metrics.tokens, [recorder.label('limit.operation')], tokens),
    },
    'limit.costUsd': {
      attribute: 'tta.limit.cost_usd',
      record: (usd, recorder) => recorder.add(metrics.costUsd, [recorder.label('limit.operation')], usd),
    },
    'limit.unpriced': {
      attribute: 'tta.limit.unpriced',
      record: (_true, recorder) => recorder.add(metrics.unpriced, [recorder.label('limit.operation')]),
    },
    'limit.state': {},
    'limit.running': {
      record: (change, recorder) => recorder.add(metrics.running, [recorder.label('limit.operation')], change),
    },
  },
  metrics,
  spans: { limit: namedBy('limit.operation') },
});

/** Makes every counter of an operation print 0 from its first execution, because then the first event is an increase too. */
function startLimit(operation: string, recorder: Recorder): void {
  if (!recorder.isNew(metrics.running, [operation])) return;
  for (const metric of [metrics.running, metrics.local, metrics.tokens, metrics.costUsd, metrics.unpriced]) {
    recorder.add(metric, [operation], 0);
  }
  for (const outcome of OUTCOMES) recorder.add(metrics.decisions, [operation, outcome], 0);
  for (const limit of LIMITS) recorder.add(metrics.refusals, [operation, limit], 0);
}
