import { counted, wrapped } from '../output/format.ts';
import { type Io, stylesFor } from '../output/io.ts';
import { tableLines } from '../output/table.ts';
import { shown } from './figure.ts';
import type { TrainReport, VerifierFigures } from './train.ts';

const WIDTH = 100;

/** What was learned, for a person to read. */
export function trainLines(report: TrainReport, { stdout }: Io): readonly string[] {
  const { models, pairs, verifier, rows, notes } = report;
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
  const [verifierHead = '', ...verifierRows] = verifierTable(verifier);
  return [
    `Learned ${counted(models.length, 'model')}${verifier === null ? '' : ' and a verifier'} from ${counted(rows, 'row')} in ${(report.durationMs / 1_000).toFixed(1)} s: ` +
      `${report.out}, ${(report.bytes / 1e6).toFixed(2)} MB.`,
    '',
    paint('bold', modelHead),
    ...modelRows,
    ...(pairRows.length === 0 ? [] : ['', paint('bold', pairHead), ...pairRows]),
    ...(verifier === null ? [] : ['', paint('bold', verifierHead), ...verifierRows]),
    '',
    ...[
      'Measured on rows that the weights had not seen (five folds), with 95 % intervals. Where AUC learned is not above AUC length, ' +
        'the words of a prompt tell no more than its length.',
      ...(verifier === null ? [] : [verifierNote(verifier)]),
      ...notes,
    ]
      .flatMap((note) => wrapped(note, WIDTH))
      .map((line) => paint('dim', line)),
  ];
}

function verifierTable(verifier: VerifierFigures | null): readonly string[] {
  if (verifier === null) return [];
  const { cheap, strong, rows, apgr, beforeApgr, lengthApgr } = verifier;
  const cells = [apgr, beforeApgr, lengthApgr].map((figure) => (figure === null ? '-' : shown(figure, 3)));
  return tableLines({
    head: ['Verifier of, before', 'Rows', 'APGR verifier', 'APGR before the call', 'APGR answer length', 'APGR random'],
    rows: [[`${cheap}, ${strong}`, String(rows), ...cells, '0.500']],
  });
}

/** Says whether an order of answers is known to be worth more than a random one, the price of the cheap calls apart. */
function verifierNote({ cheap, strong, apgr }: VerifierFigures): string {
  if (apgr === null)
    return `${strong} is not known to be better than ${cheap} on these rows, so nothing is there to be recovered.`;
  if (apgr.low !== null && apgr.low > 0.5)
    return `The verifier tells which answers of ${cheap} need ${strong} better than chance.`;
  return `The verifier is not known to beat chance on these rows: its APGR is ${shown(apgr, 3)}, and that of a random mix 0.5.`;
}
