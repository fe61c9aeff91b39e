import { type Io, stylesFor } from '../output/io.ts';
import { calibrateLines } from './calibrate-lines.ts';
import type { CertifyReport } from './certify.ts';

/** What was learned and shown, for a person to read, and how to use it. */
export function certifyLines(report: CertifyReport, io: Io): readonly string[] {
  const { bytes, durationMs, out } = report;
  const lines = calibrateLines(report, io);
  if (bytes === null) return lines;
  const paint = stylesFor(io.stdout);
  return [
    `Learned and ${report.refusal === null ? 'certified' : 'not certified'} in ${(durationMs / 1_000).toFixed(1)} s: ${out}, ${(bytes / 1e6).toFixed(2)} MB.`,
    '',
    ...lines,
    '',
    'To use it:',
    paint('bold', `  certifiedCascade(await readFile(${JSON.stringify(out)}, 'utf8'), ${stepsOf(report)})`),
  ];
}

function stepsOf({ cheap, second, strong }: CertifyReport): string {
  const models = [cheap, ...(second === undefined ? [] : [second]), strong];
  return `{ ${models.map((model) => `'${model}': …`).join(', ')} }`;
}
