import { wrapped } from '../output/format.ts';
import { type Io, stylesFor } from '../output/io.ts';
import type { EvalReport } from './eval.ts';
import { calibratedTable, controlLine, curveTable, dominatedNotes } from './measure-lines.ts';

const WIDTH = 100;

/** What an evaluation has found, for a person to read. */
export function evalLines(report: EvalReport, { stdout }: Io): readonly string[] {
  const { cheap, strong, n, target, routers, control, dominated, notes } = report;
  const paint = stylesFor(stdout);
  const [curveHead = '', ...curves] = curveTable(routers);
  const [calibratedHead = '', ...calibrated] = calibratedTable(routers);
  return [
    `${cheap} or ${strong}, on ${n} rows, with 95 % intervals.`,
    '',
    paint('bold', curveHead),
    ...curves,
    '',
    `Calibrated to keep ${(100 * target).toFixed(1)} % of ${strong}, against always ${strong}:`,
    '',
    paint('bold', calibratedHead),
    ...calibrated,
    '',
    ...(control === null ? [] : [controlLine(control), '']),
    ...dominatedNotes(dominated).map((note) => paint('yellow', note)),
    ...notes.flatMap((note) => wrapped(note, WIDTH)).map((line) => paint('dim', line)),
  ];
}
