import { counted, wrapped } from '../output/format.ts';
import { type Io, stylesFor } from '../output/io.ts';
import { tableLines } from '../output/table.ts';
import { shown } from './figure.ts';
import type { TrainReport } from './train.ts';

const WIDTH = 100;

/** What was learned, for a person to read. */
export function trainLines(report: TrainReport, { stdout }: Io): readonly string[] {
  const { models, pairs, rows, notes } = report;
  const paint = stylesFor(stdout);
  const [modelHead = '', ...modelRows] = tableLines({
    head: ['Model', 'Graded', 'Quality', 'AUC learned', 'AUC length', 'AUC random'],
    rows: models.map(({ model, graded, quality, auc, lengthAuc }) => [
      model,
      String(graded),
      (100 * quality).toFixed(1),
      shown(auc, 3),
      shown(lengthAuc, 3),
      '0.500',
    ]),
  });
  const [pairHead = '', ...pairRows] = tableLines({
    head: ['Cheap, strong', 'Rows', 'APGR learned', 'APGR length', 'APGR random'],
    rows: pairs.map(({ cheap, strong, apgr, lengthApgr }) => [
      `${cheap}, ${strong}`,
      String(apgr.n),
      shown(apgr, 3),
      shown(lengthApgr, 3),
      '0.500',
    ]),
  });
  return [
    `Learned ${counted(models.length, 'model')} from ${counted(rows, 'row')} in ${(report.durationMs / 1_000).toFixed(1)} s: ` +
      `${report.out}, ${(report.bytes / 1e6).toFixed(2)} MB.`,
    '',
    paint('bold', modelHead),
    ...modelRows,
    ...(pairRows.length === 0 ? [] : ['', paint('bold', pairHead), ...pairRows]),
    '',
    ...[
      'Measured on rows that the weights had not seen (five folds), with 95 % intervals. Where AUC learned is not above AUC length, ' +
        'the words of a prompt tell no more than its length.',
      ...notes,
    ]
      .flatMap((note) => wrapped(note, WIDTH))
      .map((line) => paint('dim', line)),
  ];
}
