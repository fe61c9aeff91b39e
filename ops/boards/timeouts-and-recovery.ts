import { type Board, graph, stat, worseAbove } from './board.ts';
import { grown, highest, perSecond, quantile, query, share, total } from './queries.ts';

const BY = { by: ['operation'] };

export const timeoutsAndRecovery: Board = {
  uid: 'tta-timeouts-and-recovery',
  title: 'TTA / Timeouts and recovery',
  description:
    'Who runs out of time, what work is left behind, and what retries, fallbacks, circuits and bulkheads make of failures.',
  rows: [
    {
      title: 'Timeouts',
      panels: [
        stat(
          'Out of time',
          'percentunit',
          'Timeouts as a share of all executions but cancelled ones.',
          [
            query(
              share(
                perSecond('timeout_failures_total', BY),
                perSecond('timeout_outcomes_total', { ...BY, where: 'outcome!="cancelled"' }),
              ),
              'operation',
            ),
          ],
          { thresholds: worseAbove(0.01, 0.05), width: 6, decimals: 2 },
        ),
        stat(
          'Since process start',
          'percentunit',
          'The same since each process started.',
          [query(highest('timeout_rate', BY), 'operation')],
          { width: 6, decimals: 2 },
        ),
        stat(
          'Late answers',
          'percentunit',
          'Answers that came within the grace period, as a share of all answers.',
          [
            query(
              share(
                perSecond('timeout_outcomes_total', { ...BY, where: 'outcome="late_success"' }),
                perSecond('timeout_successes_total', BY),
              ),
              'operation',
            ),
          ],
          { width: 6, decimals: 2 },
        ),
        stat(
          'Abandoned work',
          'short',
          'Work that was given up and has not settled. A number that only grows is a leak: the step ignores its signal.',
          [query(total('timeout_abandoned_in_flight', BY), 'operation')],
          { thresholds: worseAbove(10, 100), width: 6 },
        ),
        graph(
          'Executions',
          'ops',
          'By outcome.',
          [query(perSecond('timeout_outcomes_total', { by: ['operation', 'outcome'] }), 'operation', 'outcome')],
          { isStacked: true },
        ),
        graph(
          'Time, p50 and p95',
          's',
          'To an answer or to the timeout. A p95 at the limit means that the limit is what is measured.',
          [
            { expr: quantile(0.5, 'timeout_execution_seconds', BY), legend: '{{operation}} p50' },
            { expr: quantile(0.95, 'timeout_execution_seconds', BY), legend: '{{operation}} p95' },
          ],
        ),
        graph(
          'Results that came too late',
          'ops',
          'They were discarded, because the caller had been answered. Their cost was paid.',
          [
            query(
              perSecond('timeout_discarded_total', { by: ['operation', 'late_result'] }),
              'operation',
              'late_result',
            ),
          ],
        ),
      ],
    },
    {
      title: 'Retries and fallbacks',
      panels: [
        graph(
          'Amplification by retries',
          'short',
          'Attempts per execution. At 1 nothing is retried; at 3 a provider in trouble gets three times the load.',
          [query(share(perSecond('retry_attempts_total', BY), perSecond('retry_outcomes_total', BY)), 'operation')],
          { min: 1 },
        ),
        graph('Executions with retries', 'ops', 'By outcome.', [
          query(perSecond('retry_outcomes_total', { by: ['operation', 'outcome'] }), 'operation', 'outcome'),
        ]),
        graph('Executions with a fallback', 'ops', 'By outcome. A rise of alternative means that the primary fails.', [
          query(perSecond('fallback_outcomes_total', { by: ['operation', 'outcome'] }), 'operation', 'outcome'),
        ]),
      ],
    },
    {
      title: 'Circuits',
      panels: [
        stat(
          'State',
          'short',
          'Open: executions are rejected at once. Isolated: by hand.',
          [query(highest('circuit_state', BY), 'operation')],
          { words: { 0: 'closed', 1: 'half-open', 2: 'open', 3: 'isolated' }, thresholds: worseAbove(1, 2), width: 6 },
        ),
        graph(
          'Executions',
          'ops',
          'By outcome.',
          [query(perSecond('circuit_outcomes_total', { by: ['operation', 'outcome'] }), 'operation', 'outcome')],
          { width: 6 },
        ),
        graph(
          'Changes of state',
          'short',
          'In the last hour. Many of them: the circuit flaps, so recoveryMs is too short.',
          [
            {
              expr: grown('circuit_transitions_total', { by: ['operation', 'from', 'to'], over: '1h' }),
              legend: '{{operation}} {{from}} to {{to}}',
            },
          ],
          { width: 6 },
        ),
        graph(
          'Time in a state',
          'percentunit',
          'Share of the time that the circuit spent in each state, counted when it leaves the state.',
          [
            query(
              perSecond('circuit_state_seconds_total', { by: ['operation', 'state'], over: '1h' }),
              'operation',
              'state',
            ),
          ],
          { width: 6 },
        ),
      ],
    },
    {
      title: 'Bulkheads and compensation',
      panels: [
        graph('Executions at bulkheads', 'ops', 'By how they were received. Rejected: the queue is full.', [
          query(perSecond('bulkhead_outcomes_total', { by: ['operation', 'outcome'] }), 'operation', 'outcome'),
        ]),
        graph('Wait for a place, p95', 's', 'By bulkhead.', [
          query(quantile(0.95, 'bulkhead_queue_seconds', BY), 'operation'),
        ]),
        graph('Sagas', 'ops', 'By outcome. After a failed compensation you have to clean up by hand.', [
          query(perSecond('compensation_outcomes_total', { by: ['operation', 'outcome'] }), 'operation', 'outcome'),
        ]),
      ],
    },
  ],
};
