import { styleText } from 'node:util';
import type { Result, Summary } from './results.ts';

const WIDTHS = [22, 24, 24, 12];

/** One table for each fault. */
export function print(results: readonly Result[]): void {
  console.log(`A step of 5 ms behind Redis with the defaults of each client, Node.js ${process.version}.`);
  console.log('Median of the trials, and the worst one in brackets; recovery is the worst one.');
  for (const [fault, rows] of Map.groupBy(results, (result) => result.fault)) {
    console.log(`\n${row(fault, 'first answer', '2nd to 10th answer', 'recovery')}`);
    for (const { client, first, later, recoveryMs, isWithin } of rows) {
      const line = row(client, cell(first), cell(later), recoveryMs === null ? 'never' : time(recoveryMs));
      console.log(isWithin ? line : styleText('red', line));
    }
    const allowed = rows.find(({ allowedMs }) => allowedMs !== null)?.allowedMs;
    if (allowed) console.log(row('allowed to ours', ...[allowed.first, allowed.later, allowed.recovery].map(time)));
  }
}

function cell({ end, medianMs, worstMs }: Summary): string {
  if (end === 'died') return 'the process ended';
  if (end === 'hang') return `HANG, more than ${time(worstMs)}`;
  const worst = worstMs === medianMs ? '' : ` (${time(worstMs)})`;
  return `${end === 'ok' ? 'ok' : 'ERR'} ${time(medianMs)}${worst}`;
}

function time(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function row(...cells: readonly string[]): string {
  return cells
    .map((text, index) => text.padEnd(WIDTHS[index] ?? 0))
    .join('')
    .trimEnd();
}
