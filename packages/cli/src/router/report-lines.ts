import { counted, usd, wrapped } from '../output/format.ts';
import { type Io, stylesFor } from '../output/io.ts';
import { tableLines } from '../output/table.ts';
import { shown } from './figure.ts';
import { dominatedNotes } from './measure-lines.ts';
import type { RoutingReport, SavingReport } from './report.ts';
import type { Drift } from './traffic/drift.ts';
import type { ModelTraffic } from './traffic/models.ts';

const WIDTH = 100;

/** What production did, for a person to read. */
export function reportLines(report: RoutingReport, { stdout }: Io): readonly string[] {
  const { requests, comparisons, models, saving, dominated, drift } = report;
  const paint = stylesFor(stdout);
  const [head = '', ...lines] = modelTable(models);
  return [
    `${counted(requests, 'request')}, and ${counted(comparisons, 'comparison')} in which several models answered; with 95 % intervals.`,
    '',
    paint('bold', head),
    ...lines,
    '',
    ...(saving === null ? ['What was saved is told against a model: --baseline names it.'] : savingLines(saving)),
    '',
    ...(drift === null ? [] : [...driftLines(drift), '']),
    ...dominatedNotes(dominated)
      .flatMap((note) => wrapped(note, WIDTH))
      .map((line) => paint('yellow', line)),
  ];
}

function modelTable(models: readonly ModelTraffic[]): readonly string[] {
  return tableLines({
    head: ['Model', 'Requests', 'Compared', 'Cost', 'p50 ms', 'p95 ms', 'p99 ms', 'Quality %', 'Graded'],
    rows: models.map(({ model, requests, compared, costUsd, unpriced, latency, quality }) => [
      model,
      String(requests),
      String(compared),
      requests === 0 ? '-' : unpriced === 0 ? usd(costUsd) : `${usd(costUsd)} and ${unpriced} unknown`,
      shown(latency.p50Ms, 0),
      shown(latency.p95Ms, 0),
      shown(latency.p99Ms, 0),
      shown(quality),
      String(quality.n),
    ]),
  });
}

function savingLines({ baseline, realised, estimated, controls }: SavingReport): readonly string[] {
  const unknown = (unpriced: number): string => (unpriced === 0 ? '' : `; ${unpriced} more have no known cost`);
  const ratios = Object.entries(estimated.tokenRatios).map(
    ([model, ratio]) => `${ratio.toFixed(2)} for each of ${model}`,
  );
  return [
    ...(realised.saved.n === 0
      ? [
          `Realised: not known, because no comparison is of two answers, the caller's and one of ${baseline}${unknown(realised.unpriced)}.`,
        ]
      : wrapped(
          `Realised against always ${baseline}: saved ${shown(realised.saved)} %, ${usd(realised.savedUsd)} of ${usd(realised.baselineUsd)}, ` +
            `on ${counted(realised.saved.n, 'comparison')}${unknown(realised.unpriced)}; retained ${shown(realised.retained)} % of its quality ` +
            `on ${realised.retained.n} graded ones.`,
          WIDTH,
        )),
    ...(estimated.saved.n === 0
      ? [`Estimated: not known, because no request has a known cost with ${baseline}${unknown(estimated.unpriced)}.`]
      : wrapped(
          `Estimated against always ${baseline}: saved ${shown(estimated.saved)} %, ${usd(estimated.savedUsd)} of ${usd(estimated.baselineUsd)}, ` +
            `on ${counted(estimated.saved.n, 'request')}${unknown(estimated.unpriced)}. Its answers are unknown` +
            `${ratios.length === 0 ? '' : `; tokens of ${baseline} are taken as ${ratios.join(', ')}`}.`,
          WIDTH,
        )),
    ...(controls.length === 0
      ? wrapped(
          `Whether it beats chance at the same spend is not known: that needs comparisons of ${baseline} with a cheap model, and some in which callers got either.`,
          WIDTH,
        )
      : controls.flatMap(({ cheap, n, lift, liftLow, liftHigh, beatsChance }) =>
          wrapped(
            `Between ${cheap} and ${baseline}, at the same spend, answers are ${shown({ value: lift, low: liftLow, high: liftHigh })} points better ` +
              `than those of a random mix (${counted(n, 'comparison')}): routing ${beatsChance ? 'beats' : 'does not beat'} chance.`,
            WIDTH,
          ),
        )),
  ];
}

function driftLines(drift: readonly Drift[]): readonly string[] {
  if (drift.length === 0)
    return ['Drift: not known, because the weights were trained on all of these rows, or hold no histogram.'];
  return tableLines({
    head: ['Drift (PSI) of', 'Rows', 'Index', 'By chance below', 'Verdict'],
    rows: drift.map(({ of, n, index, byChance, verdict }) => [
      of,
      String(n),
      index.toFixed(3),
      byChance.toFixed(3),
      verdict,
    ]),
  });
}
