import { type Board, betterAbove, graph, RED_BELOW_ZERO, stat, table, worseAbove } from './board.ts';
import { changed, grown, highest, named, perSecond, quantile, query, share } from './queries.ts';

const BY = { by: ['operation'] };
const hitRate = (reading: { readonly by?: readonly string[]; readonly over?: string }): string =>
  share(
    perSecond('cache_hits_total', reading),
    `(${perSecond('cache_hits_total', reading)} + ${perSecond('cache_misses_total', reading)})`,
  );

export const cache: Board = {
  uid: 'tta-cache',
  title: 'TTA / Cache',
  description:
    'How often the cache answers, how fast, what that saves, what it refuses to store, and whether its store is well.',
  rows: [
    {
      title: 'Answers',
      panels: [
        stat(
          'Hit rate',
          'percentunit',
          'Hits as a share of hits and misses, by operation.',
          [query(hitRate(BY), 'operation')],
          {
            thresholds: betterAbove(0.1, 0.3),
            width: 6,
            decimals: 1,
          },
        ),
        stat(
          'Since process start',
          'percentunit',
          'Hits as a share of hits and misses since each process started.',
          [query(highest('cache_hit_rate', BY), 'operation')],
          { width: 6, decimals: 1 },
        ),
        stat(
          'Saved',
          'currencyUSD',
          'What answers from the cache would have cost, in the time range.',
          [query(changed('cache_cost_savings_usd', BY), 'operation')],
          { width: 6, decimals: 4, thresholds: RED_BELOW_ZERO },
        ),
        stat(
          'Hits without a price',
          'short',
          'Answers from the cache that are missing from the savings, in the time range.',
          [named('unpriced', grown('cache_savings_unpriced_total'))],
          { width: 6, thresholds: worseAbove(1, 100), noValue: '0' },
        ),
        graph(
          'Lookups',
          'ops',
          'By how they ended.',
          [query(perSecond('cache_lookups_total', { by: ['operation', 'outcome'] }), 'operation', 'outcome')],
          { isStacked: true },
        ),
        graph(
          'Hit rate',
          'percentunit',
          'A sudden fall often follows a change of prompts, of the key, or of the store.',
          [query(hitRate(BY), 'operation')],
          { min: 0, max: 1 },
        ),
        graph('Time to an answer, p95', 's', 'Hits and misses apart.', [
          {
            expr: quantile(0.95, 'cache_latency_seconds', { by: ['operation', 'hit'] }),
            legend: '{{operation}} hit={{hit}}',
          },
        ]),
      ],
    },
    {
      title: 'Money',
      panels: [
        graph(
          'Saved per hour, gross',
          'currencyUSD',
          'With a cold prompt cache at the provider, by what spared the call.',
          [
            query(
              `${perSecond('cache_gross_savings_usd_total', { by: ['operation', 'source'] })} * 3600`,
              'operation',
              'source',
            ),
          ],
          { width: 12 },
        ),
        graph(
          'Saved in the last hour, net',
          'currencyUSD',
          'With what the prompt cache of the provider would have spared anyway taken off.',
          [query(changed('cache_cost_savings_usd', { ...BY, over: '1h' }), 'operation')],
          { width: 12 },
        ),
      ],
    },
    {
      title: 'What is stored and served',
      panels: [
        graph(
          'Answers not stored',
          'ops',
          'By reason. Most reasons are right; many of one kind show a wrong setting.',
          [query(perSecond('cache_skipped_total', { by: ['operation', 'reason'] }), 'operation', 'reason')],
        ),
        graph('Served past their ttl', 'ops', 'By what allowed it.', [
          query(perSecond('cache_stale_served_total', { by: ['operation', 'cause'] }), 'operation', 'cause'),
        ]),
        graph('Refreshes in the background', 'ops', 'By how they ended.', [
          query(perSecond('cache_refreshes_total', { by: ['operation', 'outcome'] }), 'operation', 'outcome'),
        ]),
        graph(
          'Invalidations',
          'ops',
          'Requests, tags and bad answers that were invalidated.',
          [query(perSecond('cache_invalidations_total', { by: ['operation', 'kind'] }), 'operation', 'kind')],
          { width: 12 },
        ),
        graph(
          'Leases taken over',
          'ops',
          'From processes that were lost while they were making an answer.',
          [query(perSecond('cache_lease_expired_total', BY), 'operation')],
          { width: 12 },
        ),
      ],
    },
    {
      title: 'Store',
      panels: [
        stat(
          'Breaker',
          'short',
          'Open: the store is not asked for a while, and every lookup is a miss.',
          [query(highest('cache_breaker_state', BY), 'operation')],
          { words: { 0: 'closed', 1: 'half-open', 2: 'open' }, thresholds: worseAbove(1, 2), width: 6 },
        ),
        graph(
          'Failed reads',
          'ops',
          'By reason.',
          [query(perSecond('cache_store_errors_total', { by: ['operation', 'reason'] }), 'operation', 'reason')],
          { width: 6 },
        ),
        graph(
          'Failed writes',
          'ops',
          'By reason.',
          [query(perSecond('cache_write_failures_total', { by: ['operation', 'reason'] }), 'operation', 'reason')],
          { width: 6 },
        ),
        graph(
          'Lookups without the store',
          'ops',
          'By what was wrong with the store.',
          [query(perSecond('cache_unavailable_total', { by: ['operation', 'reason'] }), 'operation', 'reason')],
          { width: 6 },
        ),
        graph(
          'Entries that cannot be read',
          'ops',
          'Written by another version or another key, or damaged. They are misses.',
          [query(perSecond('cache_corrupt_total', BY), 'operation')],
          { width: 24 },
        ),
      ],
    },
    {
      title: 'Advice',
      panels: [
        table(
          'Hit rate that a ttl would give',
          'percentunit',
          'From cache advisors, over their requests in the time range.',
          [
            query(
              `${grown('cache_advisor_repeats_total', { by: ['operation', 'ttl_seconds'] })} / on (operation) group_left () ${grown('cache_advisor_requests_total', BY)}`,
              'operation',
              'ttl_seconds',
            ),
          ],
        ),
        table('Saving that a ttl would give', 'currencyUSD', 'From cache advisors, in the time range.', [
          query(changed('cache_advisor_savings_usd', { by: ['operation', 'ttl_seconds'] }), 'operation', 'ttl_seconds'),
        ]),
        graph(
          'Hits that similarity would give',
          'ops',
          'From semantic shadows, by threshold and by whether the answers agreed.',
          [
            query(
              perSecond('semantic_shadow_hits_total', { by: ['operation', 'threshold', 'verdict'] }),
              'operation',
              'threshold',
              'verdict',
            ),
          ],
          { width: 24 },
        ),
      ],
    },
  ],
};
