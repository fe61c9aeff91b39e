import { type Board, betterAbove, graph, RED_BELOW_ZERO, stat, table, worseAbove } from './board.ts';
import { changed, grown, named, orZero, perSecond, quantile, query, share, total } from './queries.ts';

const FAILED = { where: 'outcome="failed"' };
const WORKFLOW_FAILED = 'outcome="error"';
const COUNTED = 'outcome!="cancelled"';

/** Workflows that failed their callers, as a share of those that were not cancelled. */
const badShare = (over: string): string =>
  share(
    perSecond('workflow_executions_total', { where: WORKFLOW_FAILED, over }),
    perSecond('workflow_executions_total', { where: COUNTED, over }),
  );

export const overview: Board = {
  uid: 'tta-overview',
  title: 'TTA / Overview',
  description: 'Is it well, is it fast, what does it cost: one screen, and links to the boards that say why.',
  settings: [
    {
      name: 'objective',
      label: 'Objective',
      description: 'The share of workflows that must not fail, below 1.',
      value: '0.99',
    },
  ],
  rows: [
    {
      title: 'Now',
      panels: [
        stat('Workflows', 'ops', 'Workflows that have ended, per second.', [
          named('workflows', perSecond('workflow_executions_total', { where: COUNTED })),
        ]),
        stat(
          'Failed',
          'percentunit',
          'Workflows that ended with an error, a timeout included. What the caller cancelled does not count.',
          named('failed', badShare('$__rate_interval')),
          { thresholds: worseAbove(0.01, 0.05), decimals: 2 },
        ),
        stat(
          'Time, p95',
          's',
          'Nineteen of twenty workflows end sooner, streams to their real end.',
          named('p95', quantile(0.95, 'workflow_seconds')),
        ),
        stat(
          'Cache hit rate',
          'percentunit',
          'Lookups that needed no call.',
          named(
            'hits',
            share(
              perSecond('cache_hits_total'),
              `(${perSecond('cache_hits_total')} + ${perSecond('cache_misses_total')})`,
            ),
          ),
          { decimals: 1 },
        ),
        stat(
          'Spent',
          'currencyUSD',
          'Cost of model calls in the time range.',
          named('spent', grown('llm_cost_usd_total')),
          {
            decimals: 4,
          },
        ),
        stat(
          'Saved',
          'currencyUSD',
          'What cache and router saved in the time range. It is an estimate, and it may be negative.',
          named('saved', `${changed('cache_cost_savings_usd')} + ${changed('router_cost_savings_usd')}`),
          { decimals: 4, thresholds: RED_BELOW_ZERO },
        ),
      ],
    },
    {
      title: 'Service level',
      panels: [
        stat(
          'Error budget left',
          'percentunit',
          'How much of the failures that the objective allows is left in the time range. Below 0 the objective is missed.',
          named('left', `1 - ${badShare('$__range')} / (1 - $objective)`),
          { thresholds: betterAbove(0, 0.25), width: 6, decimals: 1 },
        ),
        graph(
          'Burn rate',
          'short',
          'How many times too fast the error budget is used up. At 1 it lasts exactly as long as the objective says; at 14 an alert calls.',
          [
            named('5 minutes', `${badShare('5m')} / (1 - $objective)`),
            named('1 hour', `${badShare('1h')} / (1 - $objective)`),
            named('6 hours', `${badShare('6h')} / (1 - $objective)`),
          ],
          { width: 10, min: 0 },
        ),
        table(
          'Firing alerts',
          'short',
          'Alerts of the rules in ops/prometheus that fire now. The runbook says what to do about each.',
          query(
            'sum by (alertname, severity, job) (ALERTS{alertstate="firing",job=~"$job",instance=~"$instance|"})',
            'alertname',
          ),
          { width: 8, noValue: 'none' },
        ),
      ],
    },
    {
      title: 'By workflow',
      panels: [
        graph('Workflows', 'ops', 'Workflows that have ended, whatever their outcome.', [
          query(perSecond('workflow_executions_total', { by: ['workflow'] }), 'workflow'),
        ]),
        graph('Failed workflows', 'percentunit', 'By workflow.', [
          query(
            share(
              perSecond('workflow_executions_total', { by: ['workflow'], where: WORKFLOW_FAILED }),
              perSecond('workflow_executions_total', { by: ['workflow'], where: COUNTED }),
            ),
            'workflow',
          ),
        ]),
        graph('Time of workflows, p95', 's', 'By workflow.', [
          query(quantile(0.95, 'workflow_seconds', { by: ['workflow'] }), 'workflow'),
        ]),
      ],
    },
    {
      title: 'By route',
      panels: [
        graph('Decisions', 'ops', 'How often each route was taken.', [
          query(perSecond('router_decisions_total', { by: ['route'] }), 'route'),
        ]),
        graph('Errors', 'ops', 'Errors that routes ended with.', [
          query(perSecond('router_errors_total', { by: ['route'] }), 'route'),
        ]),
        graph('Time, p95', 's', 'By route.', [
          query(quantile(0.95, 'router_execution_seconds', { by: ['route'] }), 'route'),
        ]),
      ],
    },
    {
      title: 'By model',
      panels: [
        graph('Calls', 'ops', 'Calls of models that have ended.', [
          query(perSecond('llm_calls_total', { by: ['model'] }), 'model'),
        ]),
        graph('Failed calls', 'percentunit', 'Failed calls as a share of all calls of the model.', [
          query(
            share(
              perSecond('llm_calls_total', { by: ['model'], ...FAILED }),
              perSecond('llm_calls_total', { by: ['model'] }),
            ),
            'model',
          ),
        ]),
        graph('Time, p95', 's', 'Of model calls, failed ones included.', [
          query(
            quantile(0.95, 'gen_ai_client_inference_duration', { by: ['gen_ai_request_model'] }),
            'gen_ai_request_model',
          ),
        ]),
      ],
    },
    {
      title: 'Telemetry itself',
      panels: [
        stat(
          'Processes',
          'short',
          'Processes by version of tta-observability-integration.',
          query(total('tta_build_info', { by: ['version'] }), 'version'),
        ),
        stat('State', 'short', 'Processes whose telemetry is active, degraded or attached to another SDK.', [
          query(total('telemetry_state', { by: ['state'] }), 'state'),
        ]),
        stat(
          'Problems',
          'short',
          'What is not as it was asked for. handle.problems has the sentences.',
          named('problems', total('telemetry_problems')),
          { thresholds: worseAbove(1, 1) },
        ),
        stat(
          'Facts lost',
          'short',
          'Facts that could not be recorded in the time range. It should be 0.',
          named('lost', orZero(grown('telemetry_errors_total'))),
          { thresholds: worseAbove(1, 1) },
        ),
        graph(
          'Values without a series of their own',
          'ops',
          'Values counted as _other, because a dimension or a metric was full. Sums stay exact; raise maxDimensionValues to tell them apart.',
          query(perSecond('telemetry_overflow_total', { by: ['dimension'] }), 'dimension'),
          { noValue: '0' },
        ),
        stat(
          'Traces kept beyond the ratio',
          'short',
          'Traces of failed, slow or expensive workflows that the sampling ratio alone would have left out.',
          named('kept', orZero(grown('telemetry_traces_kept_total'))),
          { width: 12 },
        ),
        stat(
          'Traces decided early',
          'short',
          'Traces decided on before their workflow ended. It should be 0; raise traces.keep.maxTraces, maxSpans or maxBytes.',
          named('early', orZero(grown('telemetry_traces_evicted_total'))),
          { thresholds: worseAbove(1, 100), width: 12 },
        ),
        graph(
          'Spans lost',
          'ops',
          'Spans that were kept and not sent. queue_full: more spans than the exporter takes. export_failed: the collector refuses them or cannot be reached.',
          query(perSecond('telemetry_spans_lost_total', { by: ['reason'] }), 'reason'),
          { noValue: '0', width: 12 },
        ),
        graph(
          'Spans that wait to be sent',
          'short',
          'The queues of all exporters of spans.',
          named('queued', total('telemetry_spans_queued')),
          {
            noValue: '0',
            width: 12,
          },
        ),
      ],
    },
  ],
};
