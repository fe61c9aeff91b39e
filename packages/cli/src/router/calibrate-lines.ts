import { counted, wrapped } from '../output/format.ts';
import { type Io, stylesFor } from '../output/io.ts';
import type { CalibrateReport } from './calibrate.ts';
import { calibratedTable, controlLine } from './measure-lines.ts';

const WIDTH = 100;

/** What a calibration has chosen, for a person to read. */
export function calibrateLines(report: CalibrateReport, { stdout }: Io): readonly string[] {
  const { cheap, strong, target, choice, rows, sent, refusal, isWritten, why, control, expected, notes, out } = report;
  const paint = stylesFor(stdout);
  if (refusal !== null && !isWritten) return [...wrapped(`Refused: ${refusal}`, WIDTH), paint('dim', NOTHING_WRITTEN)];
  const share = `${(100 * target).toFixed(1)} %`;
  const [head = '', ...lines] = calibratedTable(expected);
  const what = {
    by_score: byScore(report),
    always_strong: `always ${strong}`,
    always_cheap: `always ${cheap}`,
  }[choice];
  return [
    ...(refusal === null ? [] : wrapped(`Not shown, and written all the same: ${refusal}`, WIDTH)),
    `Calibrated to keep ${share} of ${strong} on ${counted(rows, 'row')}: ${paint('bold', what)}.`,
    ...(why === null
      ? [`${sent.toFixed(1)} % of the rows go to ${strong}. Written into ${out}.`]
      : wrapped(why, WIDTH)),
    ...wrapped(boundsLine(report), WIDTH),
    '',
    ...(expected.length === 0
      ? ['The rows are too few to say what to expect of new ones.']
      : ['What to expect of new rows, against always the strong model:', '', paint('bold', head), ...lines]),
    ...(control === null ? [] : ['', ...wrapped(controlLine(control), WIDTH)]),
    '',
    ...notes.flatMap((note) => wrapped(note, WIDTH)).map((line) => paint('dim', line)),
  ];
}

const NOTHING_WRITTEN = 'Nothing was written. With --force the weights are written, but routers refuse them.';

function boundsLine({ keptLow, savedLow, alpha }: CalibrateReport): string {
  const sure = `wrong in at most ${(100 * alpha).toFixed(1)} % of calibrations each`;
  const saved = savedLow === null ? 'a saving is not shown' : `at least ${savedLow.toFixed(1)} % of the cost is saved`;
  return `These rows show that at least ${keptLow?.toFixed(1) ?? '-'} % of the quality is kept; ${saved} (${sure}).`;
}

function byScore({ verifier, cheap, second, strong, threshold }: CalibrateReport): string {
  const from = threshold?.toFixed(4);
  const compared = second === undefined ? '' : `, compared with that of ${second},`;
  return verifier
    ? `the answer of ${cheap} where it${compared} is trusted by ${from} or more, else ${strong}`
    : `${strong} where its score is above ${from}, else ${cheap}`;
}
