import { type Board, betterAbove, graph, stat, table, worseAbove } from './board.ts';
import { changed, grown, named, orZero, perSecond, quantile, query, share } from './queries.ts';

const TOKENS = 'gen_ai_client_inference_usage';
const BY_MODEL = ['gen_ai_request_model'];

export const usageAndCost: Board = {
  uid: 'tta-usage-and-cost',
  title: 'TTA / LLM usage and cost',
  description:
    'What model calls cost, how fast the budget burns, what is not priced, and what was saved against the baseline.',
  settings: [
    {
      name: 'budget',
      label: 'Budget, USD a day',
      description: 'What a day may cost, in US dollars, above 0.',
      value: '10',
    },
  ],
  rows: [
    {
      title: 'Money',
      panels: [
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
          'Spent in a day',
          'currencyUSD',
          'Cost of model calls in the last 24 hours.',
          named('a day', grown('llm_cost_usd_total', { over: '1d' })),
          { decimals: 4 },
        ),
        stat(
          'Of the budget',
          'percentunit',
          'What the last 24 hours cost, as a share of the budget of a day.',
          named('used', `${grown('llm_cost_usd_total', { over: '1d' })} / $budget`),
          { thresholds: worseAbove(0.8, 1), decimals: 2 },
        ),
        stat(
          'Unpriced calls',
          'percentunit',
          'Model calls without a known cost. They are missing from every sum of money on this board.',
          named('unpriced', share(orZero(perSecond('llm_unpriced_total')), perSecond('llm_calls_total'))),
          { thresholds: worseAbove(0.01, 0.05), decimals: 2 },
        ),
        stat(
          'Saved share',
          'percentunit',
          'From the savings ledger: the share of the baseline that was not spent.',
          named('saved', `1 - ${share(grown('ledger_spend_usd_total'), grown('ledger_baseline_usd_total'))}`),
          { thresholds: betterAbove(0, 0.2), decimals: 1 },
        ),
        stat(
          'A call costs',
          'currencyUSD',
          'Mean cost of a priced model call.',
          named(
            'a call',
            share(perSecond('llm_cost_usd_total'), perSecond('llm_calls_total', { where: 'outcome="answered"' })),
          ),
          { decimals: 6 },
        ),
      ],
    },
    {
      title: 'Burn',
      panels: [
        graph(
          'Cost per hour',
          'currencyUSD',
          'By model, at the rate of the moment.',
          [query(`${perSecond('llm_cost_usd_total', { by: ['provider', 'model'] })} * 3600`, 'provider', 'model')],
          { isStacked: true, width: 12 },
        ),
        graph(
          'Burn rate of the budget',
          'short',
          'How many times faster than the budget of a day money is spent. At 1 the day costs exactly the budget.',
          [
            named('5 minutes', `${perSecond('llm_cost_usd_total', { over: '5m' })} * 86400 / $budget`),
            named('1 hour', `${perSecond('llm_cost_usd_total', { over: '1h' })} * 86400 / $budget`),
            named('6 hours', `${perSecond('llm_cost_usd_total', { over: '6h' })} * 86400 / $budget`),
          ],
          { width: 12, min: 0 },
        ),
        table('Cost by model', 'currencyUSD', 'Cost of model calls in the time range.', [
          query(grown('llm_cost_usd_total', { by: ['provider', 'model'] }), 'provider', 'model'),
        ]),
        table(
          'Unpriced calls by model',
          'short',
          'Give these models a price: price, priceList, or tta prices.',
          [query(grown('llm_unpriced_total', { by: ['provider', 'model'] }), 'provider', 'model')],
          { noValue: 'none' },
        ),
      ],
    },
    {
      title: 'Baseline and saving',
      panels: [
        graph(
          'Baseline and spend, per hour',
          'currencyUSD',
          'From the savings ledger: what requests cost, and what they would have cost had nothing been saved.',
          [
            named('baseline', `${perSecond('ledger_baseline_usd_total')} * 3600`),
            named('spend', `${perSecond('ledger_spend_usd_total')} * 3600`),
          ],
          { width: 12 },
        ),
        graph(
          'Saved in the last hour',
          'currencyUSD',
          'Estimates of the router, the cache and cascades. They may overlap with one another; the ledger does not count twice.',
          [
            named('router', changed('router_cost_savings_usd', { over: '1h' })),
            named('cache', changed('cache_cost_savings_usd', { over: '1h' })),
            named('cascades', changed('cascade_cost_savings_usd', { over: '1h' })),
          ],
          { width: 12 },
        ),
      ],
    },
    {
      title: 'Tokens',
      panels: [
        graph('Input tokens per second', 'short', 'By model, cached ones included.', [
          query(perSecond(`${TOKENS}_input_tokens_total`, { by: BY_MODEL }), ...BY_MODEL),
        ]),
        graph('Output tokens per second', 'short', 'By model, reasoning included.', [
          query(perSecond(`${TOKENS}_output_tokens_total`, { by: BY_MODEL }), ...BY_MODEL),
        ]),
        graph(
          'Cached and reasoning tokens per second',
          'short',
          'Tokens read from and written to the provider’s prompt cache, and tokens of reasoning.',
          [
            named('read from the prompt cache', perSecond(`${TOKENS}_cache_read_input_tokens_total`)),
            named('written to the prompt cache', perSecond(`${TOKENS}_cache_write_input_tokens_total`)),
            named('reasoning', perSecond(`${TOKENS}_reasoning_output_tokens_total`)),
          ],
        ),
      ],
    },
    {
      title: 'Calls',
      panels: [
        graph('Cost of a call', 'currencyUSD', 'Median and 95th percentile, by model.', [
          { expr: quantile(0.5, 'llm_call_cost_usd', { by: ['model'] }), legend: '{{model}} p50' },
          { expr: quantile(0.95, 'llm_call_cost_usd', { by: ['model'] }), legend: '{{model}} p95' },
        ]),
        graph(
          'Input tokens of a call, p95',
          'short',
          'By model. A rise shows prompts that grow, often by their history.',
          [query(quantile(0.95, 'gen_ai_client_inference_operation_input_tokens', { by: BY_MODEL }), ...BY_MODEL)],
        ),
        graph('Output tokens of a call, p95', 'short', 'By model.', [
          query(quantile(0.95, 'gen_ai_client_inference_operation_output_tokens', { by: BY_MODEL }), ...BY_MODEL),
        ]),
      ],
    },
    {
      title: 'Limits',
      panels: [
        graph(
          'Cost per hour at limits',
          'currencyUSD',
          'Cost that counts for limits, by limit.',
          [query(`${perSecond('limit_cost_usd_total', { by: ['operation'] })} * 3600`, 'operation')],
          { width: 6 },
        ),
        graph(
          'Tokens per second at limits',
          'short',
          'Tokens that count for limits, by limit.',
          [query(perSecond('limit_tokens_total', { by: ['operation'] }), 'operation')],
          { width: 6 },
        ),
        graph(
          'Refused',
          'ops',
          'Executions that a limit refused, by what ran out.',
          [query(perSecond('limit_refusals_total', { by: ['operation', 'limit'] }), 'operation', 'limit')],
          { width: 6 },
        ),
        graph(
          'Unpriced',
          'ops',
          'Executions that a budget counted by an estimate, because their cost is not known.',
          [query(perSecond('limit_unpriced_total', { by: ['operation'] }), 'operation')],
          { width: 6 },
        ),
      ],
    },
  ],
};
