import { type Board, graph, stat } from './board.ts';
import { mean, named, observed, perSecond, quantile, query, total } from './queries.ts';

const MODEL = ['gen_ai_request_model'];

export const performance: Board = {
  uid: 'tta-performance',
  title: 'TTA / Performance',
  description: 'How long things take, where the time goes, and what is close to its limit.',
  rows: [
    {
      title: 'Model calls',
      panels: [
        graph(
          'Time of model calls',
          's',
          'By model. Failed calls are included.',
          [
            {
              expr: quantile(0.5, 'gen_ai_client_inference_duration', { by: MODEL }),
              legend: '{{gen_ai_request_model}} p50',
            },
            {
              expr: quantile(0.95, 'gen_ai_client_inference_duration', { by: MODEL }),
              legend: '{{gen_ai_request_model}} p95',
            },
            {
              expr: quantile(0.99, 'gen_ai_client_inference_duration', { by: MODEL }),
              legend: '{{gen_ai_request_model}} p99',
            },
          ],
          { width: 12 },
        ),
        graph(
          'Failed calls',
          'ops',
          'By type of the error.',
          [
            query(
              observed('gen_ai_client_inference_duration', { by: ['error_type'], where: 'error_type!=""' }),
              'error_type',
            ),
          ],
          { width: 6 },
        ),
        graph(
          'Output tokens per second of a call',
          'short',
          'How fast models write, by model: output tokens over the time of calls.',
          [
            query(
              `${perSecond('gen_ai_client_inference_usage_output_tokens_total', { by: MODEL })} / (${observed('gen_ai_client_inference_duration', { by: MODEL })} * ${mean('gen_ai_client_inference_duration', { by: MODEL })})`,
              ...MODEL,
            ),
          ],
          { width: 6 },
        ),
      ],
    },
    {
      title: 'Around them',
      panels: [
        graph('Operations, p50 to p99', 's', 'Time to an answer or to the timeout.', [
          named('p50', quantile(0.5, 'timeout_execution_seconds')),
          named('p95', quantile(0.95, 'timeout_execution_seconds')),
          named('p99', quantile(0.99, 'timeout_execution_seconds')),
        ]),
        graph('Routers, p50 to p99', 's', 'Time a router took to answer, its route included.', [
          named('p50', quantile(0.5, 'router_execution_seconds')),
          named('p95', quantile(0.95, 'router_execution_seconds')),
          named('p99', quantile(0.99, 'router_execution_seconds')),
        ]),
        graph(
          'Hits of the cache, p50 to p99',
          's',
          'A hit in memory takes microseconds, one in Redis about a millisecond.',
          [
            named('p50', quantile(0.5, 'cache_latency_seconds', { where: 'hit="true"' })),
            named('p95', quantile(0.95, 'cache_latency_seconds', { where: 'hit="true"' })),
            named('p99', quantile(0.99, 'cache_latency_seconds', { where: 'hit="true"' })),
          ],
        ),
      ],
    },
    {
      title: 'Saturation',
      panels: [
        stat(
          'Running behind limits',
          'short',
          'Executions that were let through and have not ended.',
          [query(total('limit_running', { by: ['operation'] }), 'operation')],
          { width: 6 },
        ),
        stat(
          'Abandoned work',
          'short',
          'Work that was given up and has not settled.',
          [query(total('timeout_abandoned_in_flight', { by: ['operation'] }), 'operation')],
          { width: 6 },
        ),
        stat(
          'Rejected by bulkheads',
          'ops',
          'Per second. The queue is full: add places, or shed load earlier.',
          [
            query(
              perSecond('bulkhead_outcomes_total', { by: ['operation'], where: 'outcome="rejected"' }),
              'operation',
            ),
          ],
          { width: 6, noValue: '0' },
        ),
        stat(
          'Wait at bulkheads, p95',
          's',
          'By bulkhead.',
          [query(quantile(0.95, 'bulkhead_queue_seconds', { by: ['operation'] }), 'operation')],
          { width: 6 },
        ),
      ],
    },
  ],
};
