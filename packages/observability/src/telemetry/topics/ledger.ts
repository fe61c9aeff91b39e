import { onLedgerEntry } from '../../llm/money/ledger/facts.ts';
import { counter } from '../metric.ts';
import { type Topic, topic } from '../topic.ts';

/** Both only grow, so their difference is what was saved, over any time and across restarts. */
const metrics = {
  spend: counter('ledger_spend_usd_total', '{USD}', 'Cost of the requests in ledgers, US dollars.'),
  baseline: counter(
    'ledger_baseline_usd_total',
    '{USD}',
    'Cost of the requests in ledgers had nothing been saved, US dollars.',
  ),
};

/** What telemetry counts of the entries of ledgers: the figures of `SavingsLedger.totals()`. */
export const ledgerTopic: Topic<never> = topic({
  metrics,
  listen: (add) =>
    onLedgerEntry(({ spendUsd, baselineUsd }) => {
      add(metrics.spend, [], spendUsd);
      add(metrics.baseline, [], Math.max(0, baselineUsd)); // a loss is never more than was spent, except by rounding
    }),
});
