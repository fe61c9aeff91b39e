import { counted, wrapped } from '../output/format.ts';
import { type Io, stylesFor } from '../output/io.ts';
import type { CalibrateReport } from './calibrate.ts';
import { calibratedTable, controlLine, dominatedNotes } from './measure-lines.ts';

const WIDTH = 100;

/** What a calibration has chosen, for a person to read. */
export function calibrateLines(report: CalibrateReport, { stdout }: Io): readonly string[] {
  const { cheap, strong, target, choice, rows, sent, why, expected, control, dominated, notes, out } = report;
  const paint = stylesFor(stdout);
  const share = `${(100 * target).toFixed(1)} %`;
  const [head = '', ...lines] = calibratedTable(expected);
  const what = {
    by_score: byScore(report),
    always_strong: `always ${strong}`,
    always_cheap: `always ${cheap}`,
  }[choice];
  return [
    `Calibrated to keep ${share} of ${strong} on ${counted(rows, 'row')}: ${paint('bold', what)}.`,
    ...(why === null
      ? [`${sent.toFixed(1)} % of the rows go to ${strong}. Written into ${out}.`]
      : wrapped(why, WIDTH)),
    '',
    ...(expected.length === 0
      ? ['The rows are too few to say what to expect of new ones.']
      : ['What to expect of new rows, against always the strong model:', '', paint('bold', head), ...lines]),
    ...(control === null ? [] : ['', ...wrapped(controlLine(control), WIDTH)]),
    '',
    ...[...dominatedNotes(dominated), ...notes]
      .flatMap((note) => wrapped(note, WIDTH))
      .map((line) => paint('dim', line)),
  ];
}

function byScore({ verifier, cheap, strong, threshold }: CalibrateReport): string {
  const from = threshold?.toFixed(4);
  return verifier
    ? `the answer of ${cheap} where it is trusted by ${from} or more, else ${strong}`
    : `${strong} where its score is above ${from}, else ${cheap}`;
}
