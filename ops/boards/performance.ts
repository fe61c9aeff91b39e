import { type Board, graph, stat } from './board.ts';
import { mean, named, observed, perSecond, quantile, query, total } from './queries.ts';

const INFERENCE = 'gen_ai_client_inference';
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
          'Output tokens per second',
          'short',
          'How fast a call writes, by model: output tokens over the time of calls.',
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
      title: 'Streams',
      panels: [
        graph(
          'Time to the first chunk',
          's',
          'What a reader waits for before the first word, by model.',
          [
            {
              expr: quantile(0.5, `${INFERENCE}_time_to_first_chunk`, { by: MODEL }),
              legend: '{{gen_ai_request_model}} p50',
            },
            {
              expr: quantile(0.95, `${INFERENCE}_time_to_first_chunk`, { by: MODEL }),
              legend: '{{gen_ai_request_model}} p95',
            },
          ],
          { width: 12 },
        ),
        graph(
          'Time between chunks',
          's',
          'By model. A p95 far above the p50 is a stream that stalls: set stream.idleMs of a timeout.',
          [
            {
              expr: quantile(0.5, `${INFERENCE}_time_per_output_chunk`, { by: MODEL }),
              legend: '{{gen_ai_request_model}} p50',
            },
            {
              expr: quantile(0.95, `${INFERENCE}_time_per_output_chunk`, { by: MODEL }),
              legend: '{{gen_ai_request_model}} p95',
            },
          ],
          { width: 12 },
        ),
      ],
    },
    {
      title: 'Around model calls',
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
      title: 'Process',
      panels: [
        graph(
          'Delay of the event loop',
          's',
          'How late timers run. Above 100 ms something computes too long on the main thread.',
          [
            named('p50', quantile(0.5, 'nodejs_eventloop_delay_seconds')),
            named('p99', quantile(0.99, 'nodejs_eventloop_delay_seconds')),
          ],
        ),
        graph('Memory', 'bytes', 'Summed over processes. A heap that only grows is a leak.', [
          named('resident', total('process_resident_memory_bytes')),
          named('heap', total('nodejs_heap_size_total_bytes')),
          named('heap in use', total('nodejs_heap_size_used_bytes')),
        ]),
        graph('Steps', 'ops', 'Executions of primitives, by kind and outcome.', [
          query(perSecond('workflow_steps_total', { by: ['kind', 'outcome'] }), 'kind', 'outcome'),
        ]),
      ],
    },
    {
      title: 'Saturation',
      panels: [
        graph(
          'Workflows in flight',
          'short',
          'They have not ended. If the number only grows, some never end.',
          [query(total('workflow_in_flight', { by: ['workflow'] }), 'workflow')],
          { width: 12 },
        ),
        graph(
          'Running behind limits',
          'short',
          'Executions that were let through and have not ended.',
          [query(total('limit_running', { by: ['operation'] }), 'operation')],
          { width: 12 },
        ),
        stat(
          'Abandoned work',
          'short',
          'Work that was given up and has not settled.',
          [query(total('timeout_abandoned_in_flight', { by: ['operation'] }), 'operation')],
          { width: 8 },
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
          { width: 8, noValue: '0' },
        ),
        stat(
          'Wait at bulkheads, p95',
          's',
          'By bulkhead.',
          [query(quantile(0.95, 'bulkhead_queue_seconds', { by: ['operation'] }), 'operation')],
          { width: 8 },
        ),
      ],
    },
  ],
};
