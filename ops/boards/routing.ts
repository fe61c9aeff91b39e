import { type Board, betterAbove, graph, RED_BELOW_ZERO, stat, table, worseAbove } from './board.ts';
import { changed, grown, highest, perSecond, quantile, query, share, total } from './queries.ts';

export const routing: Board = {
  uid: 'tta-routing',
  title: 'TTA / Routing',
  description:
    'Which route answers, why, how fast and at what saving; and whether the quality of routed answers holds.',
  rows: [
    {
      title: 'Router',
      panels: [
        graph(
          'Decisions by route',
          'ops',
          'How often each route was taken.',
          [query(perSecond('router_decisions_total', { by: ['route'] }), 'route')],
          { isStacked: true },
        ),
        graph(
          'Decisions by reason',
          'ops',
          'Fallbacks of routing functions are errors in them: routing_error_fallback, invalid_route_fallback.',
          [query(perSecond('router_decisions_total', { by: ['reason'] }), 'reason')],
        ),
        graph('Time, p50 and p95', 's', 'By route taken.', [
          { expr: quantile(0.5, 'router_execution_seconds', { by: ['route'] }), legend: '{{route}} p50' },
          { expr: quantile(0.95, 'router_execution_seconds', { by: ['route'] }), legend: '{{route}} p95' },
        ]),
        graph('Errors', 'ops', 'Errors that routes ended with, by type.', [
          query(perSecond('router_errors_total', { by: ['route', 'error_type'] }), 'route', 'error_type'),
        ]),
        graph(
          'Fallbacks',
          'ops',
          'Times that a router went on from a route to another one, by what was wrong with it.',
          [query(perSecond('router_fallbacks_total', { by: ['route', 'error_type'] }), 'route', 'error_type')],
        ),
        graph('Refusals', 'ops', 'Executions that a strategy refused: its budget is used up or cannot be known.', [
          query(perSecond('router_refusals_total', { by: ['reason'] }), 'reason'),
        ]),
        table('Saved by route', 'currencyUSD', 'Cost of the baseline less the cost of the route, in the time range.', [
          query(changed('router_cost_savings_usd', { by: ['route'] }), 'route'),
        ]),
        table(
          'Answers without a known saving',
          'short',
          'Their cost or baseline is not known, so they are missing from the savings.',
          [query(grown('router_unpriced_total', { by: ['route'] }), 'route')],
        ),
      ],
    },
    {
      title: 'Cascades',
      panels: [
        graph('Answers by stage', 'ops', 'Which stage gave the answer, and how it came to that.', [
          query(
            perSecond('cascade_answers_total', { by: ['operation', 'stage', 'outcome'] }),
            'operation',
            'stage',
            'outcome',
          ),
        ]),
        graph('Rejections', 'ops', 'Answers of stages that were not accepted, and stages that failed.', [
          query(
            perSecond('cascade_rejections_total', { by: ['operation', 'stage', 'reason'] }),
            'operation',
            'stage',
            'reason',
          ),
        ]),
        graph(
          'Checks',
          'ops',
          'Accepted answers that the last stage was asked about too. A rise of disagreement means lost quality.',
          [query(perSecond('cascade_checks_total', { by: ['operation', 'outcome'] }), 'operation', 'outcome')],
        ),
        stat(
          'Cheap stages',
          'short',
          'Off: they do not pay or have lost quality, so the last stage answers alone.',
          [query(highest('cascade_enabled', { by: ['operation'] }), 'operation')],
          { words: { 0: 'off', 1: 'on' }, thresholds: betterAbove(1, 1), width: 8 },
        ),
        stat(
          'Saved by cascades',
          'currencyUSD',
          'What the last stage alone would have cost less what all calls cost, in the time range.',
          [query(changed('cascade_cost_savings_usd', { by: ['operation'] }), 'operation')],
          { width: 8, decimals: 4, thresholds: RED_BELOW_ZERO },
        ),
        stat(
          'Unpriced cascades',
          'short',
          'Answers whose saving is not known.',
          [query(grown('cascade_unpriced_total', { by: ['operation'] }), 'operation')],
          { width: 8, noValue: '0' },
        ),
      ],
    },
    {
      title: 'Quality',
      panels: [
        stat(
          'Quality retained',
          'percentunit',
          'Quality of routed answers as a share of that of the baseline, from shadowed requests.',
          [
            query(
              share(
                grown('shadow_answer_quality_total', { by: ['operation'] }),
                grown('shadow_baseline_quality_total', { by: ['operation'] }),
              ),
              'operation',
            ),
          ],
          { thresholds: betterAbove(0.95, 0.98), width: 6, decimals: 1 },
        ),
        stat(
          'Measured saving',
          'currencyUSD',
          'Measured on shadowed requests: both answers were called and paid for.',
          [query(changed('shadow_realised_savings_usd', { by: ['operation'] }), 'operation')],
          { width: 6, decimals: 4, thresholds: RED_BELOW_ZERO },
        ),
        stat(
          'Shadowing costs',
          'currencyUSD',
          'Per hour.',
          [query(`${perSecond('shadow_cost_usd_total', { by: ['operation'] })} * 3600`, 'operation')],
          { width: 6, decimals: 4 },
        ),
        stat(
          'Drift of scores',
          'short',
          'Population stability index. From 0.1 on moderate; above 0.25 calibrate again.',
          [query(highest('router_score_drift_index', { by: ['operation'] }), 'operation')],
          { thresholds: worseAbove(0.1, 0.25), width: 6, decimals: 3 },
        ),
        graph('Shadowed requests', 'ops', 'By what became of their comparison.', [
          query(perSecond('shadow_requests_total', { by: ['operation', 'outcome'] }), 'operation', 'outcome'),
        ]),
        graph(
          'Dominated answers',
          'short',
          'How often one way to answer was found no better and no cheaper, in the last hour.',
          [query(grown('shadow_dominated_total', { by: ['operation', 'side'], over: '1h' }), 'operation', 'side')],
        ),
        graph('Changes of drift', 'short', 'In the last hour, by the new state.', [
          query(
            grown('router_score_drift_changes_total', { by: ['operation', 'state'], over: '1h' }),
            'operation',
            'state',
          ),
        ]),
        graph(
          'Rows of routing logs',
          'ops',
          'Rows that are not written are missing when routers are trained and calibrated.',
          [query(perSecond('routing_log_rows_total', { by: ['operation', 'outcome'] }), 'operation', 'outcome')],
          { width: 12 },
        ),
        graph(
          'Unpriced comparisons',
          'ops',
          'Comparisons in which a cost is not known.',
          [query(perSecond('shadow_unpriced_total', { by: ['operation'] }), 'operation')],
          { width: 12 },
        ),
      ],
    },
    {
      title: 'Limits in front of models',
      panels: [
        graph('Executions received', 'ops', 'By how the limit received them.', [
          query(perSecond('limit_decisions_total', { by: ['operation', 'outcome'] }), 'operation', 'outcome'),
        ]),
        graph('Running', 'short', 'Executions that were let through and have not ended.', [
          query(total('limit_running', { by: ['operation'] }), 'operation'),
        ]),
        graph(
          'Decided without the store',
          'ops',
          'Executions decided by the local share, because the shared store could not be used.',
          [query(perSecond('limit_local_decisions_total', { by: ['operation'] }), 'operation')],
        ),
      ],
    },
  ],
};
