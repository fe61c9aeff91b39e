import { counted, milliseconds, percent, shownUsd, usd, wrapped } from '../output/format.ts';
import type { Style } from '../output/io.ts';
import { savingStyle } from '../output/saving-style.ts';
import { tableLines } from '../output/table.ts';
import type { Workload } from '../workload/workload.ts';
import type { DemoReport, Findings } from './report.ts';

const WIDTH = 100;

type Paint = (style: Style, text: string) => string;

export interface SummaryInput {
  readonly report: DemoReport;
  readonly findings: Findings;
  readonly workload: Pick<Workload, 'description'>;
  /** The model that answers everything in the comparison. */
  readonly baseline: string;
  /** What the reader must know to judge the figures. */
  readonly notes: readonly string[];
  readonly paint: Paint;
}

/** The report as lines for a person to read. */
export function summaryLines(input: SummaryInput): readonly string[] {
  const { report, findings, workload, notes, paint } = input;
  const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => (line === '' ? '' : `  ${line}`));
  return [
    '',
    paint('bold', workload.description),
    '',
    ...indent(routeLines(report, findings, paint)),
    '',
    ...indent(countLines(report, findings)),
    '',
    ...indent(moneyLines(input)),
    '',
    ...indent(notes.flatMap((note) => wrapped(note, WIDTH)).map((line) => paint('dim', line))),
    '',
  ];
}

function routeLines(report: DemoReport, { routes }: Findings, paint: Paint): readonly string[] {
  const rows = Object.entries(report.routes).map(([name, { requests, costUsd, p50Ms, p95Ms }]) => [
    name,
    String(requests),
    String(routes[name]?.errors ?? 0),
    usd(costUsd),
    milliseconds(p50Ms),
    milliseconds(p95Ms),
  ]);
  const [head = '', ...lines] = tableLines({ head: ['Route', 'Requests', 'Failed', 'Cost', 'p50', 'p95'], rows });
  return [paint('bold', head), ...lines];
}

function countLines({ errors, requests, timeouts }: DemoReport, { cache, sent }: Findings): readonly string[] {
  const cancelled = sent.filter(({ outcome }) => outcome === 'cancelled').length;
  const answered = sent.filter(({ outcome }) => outcome === 'answered').length;
  return pairs([
    [
      'Requests',
      `${requests} sent, ${answered} answered, ${counted(errors, 'error')}, ${counted(timeouts.failures, 'timeout')}` +
        (cancelled === 0 ? '' : `, ${cancelled} cancelled`),
    ],
    [
      'Cache',
      `${counted(cache.hits, 'hit')}, ${cache.misses} ${cache.misses === 1 ? 'miss' : 'misses'}, hit rate ${percent(cache.hitRate)}, saved ${usd(cache.costSavingsUsd)}`,
    ],
    [
      'Timeouts',
      `${timeouts.failures} of ${timeouts.total} given up, ${counted(timeouts.late, 'late answer')} accepted within the grace period`,
    ],
  ]);
}

function moneyLines({ report, findings, baseline, paint }: SummaryInput): readonly string[] {
  const { spendUsd, baselineUsd, savedUsd, qualityRetained } = report;
  if (spendUsd === null || baselineUsd === null || savedUsd === null) {
    const { unpriced } = findings.account;
    return [`Spend and saving are not known: ${counted(unpriced, 'answer')} came from a model without a known price.`];
  }
  const saved = shownUsd(shownUsd(baselineUsd) - shownUsd(spendUsd)); // what is shown adds up, to the last digit shown
  const { byCacheUsd, unansweredUsd } = findings.account;
  const routing = saved - shownUsd(byCacheUsd) - shownUsd(unansweredUsd);
  const part = (amountUsd: number): string => `${amount(amountUsd)}  ${percent(amountUsd / baselineUsd).padStart(7)}`;
  const failed = findings.sent.filter(({ outcome }) => outcome !== 'answered').length;
  const earned =
    shownUsd(unansweredUsd) > 0 ? `; ${percent((saved - unansweredUsd) / baselineUsd)} without what failed` : '';
  return [
    ...pairs([
      ['Spend', `${amount(spendUsd)}           what the models were paid`],
      ['Baseline', `${amount(baselineUsd)}           every request answered by ${baseline}, nothing cached`],
    ]),
    paint(savingStyle(saved, findings.sent.length, failed), pair('Saving', `${part(saved)}  of the baseline${earned}`)),
    ...pairs([
      ['  by routing', `${part(routing)}  the price at ${baseline}, less that of the calls that made the answer`],
      ['  by the cache', `${part(byCacheUsd)}  what answers that were given again had cost`],
      ['  without answer', `${part(unansweredUsd)}  not earned: the baseline of what failed, less what that cost`],
    ]),
    ...pairs([
      [
        'Quality',
        qualityRetained === null
          ? 'unknown: these answers are not graded'
          : `${percent(qualityRetained)} retained, compared with ${baseline} on the same requests`,
      ],
    ]),
  ];
}

function pairs(lines: readonly (readonly [name: string, text: string])[]): readonly string[] {
  return lines.map(([name, text]) => pair(name, text));
}

/** Below each other, amounts have their points below each other. */
function amount(value: number): string {
  return usd(value).padStart(9);
}

function pair(name: string, text: string): string {
  return `${name.padEnd(16)} ${text}`;
}
