import { styleText } from 'node:util';
import type { Result, Summary, Times } from './results.ts';

const WIDTHS = [22, 24, 24, 12, 14];

/** One table for each fault. */
export function print(results: readonly Result[]): void {
  if (results.length === 0) {
    console.log('No fault was tried to its end, so there are no times.');
    return;
  }
  const trials = Math.max(...results.map((result) => result.trials));
  console.log(`A step of 5 ms behind Redis with the defaults of each client, Node.js ${process.version}.`);
  console.log(
    `Ours is tried ${trials} times: the median of those that the machine disturbed least, in brackets the worst.`,
  );
  console.log('Recovery is the worst. The step by itself, at its longest, shows how much the machine disturbed.');
  for (const [fault, rows] of Map.groupBy(results, (result) => result.fault)) {
    console.log(`\n${row(fault, 'first answer', '2nd to 10th answer', 'recovery', 'step alone')}`);
    for (const { client, first, later, recoveryMs, bareStep, isWithin } of rows) {
      const recovery = recoveryMs === null ? 'never' : time(recoveryMs);
      const line = row(client, cell(first), cell(later), recovery, both(bareStep));
      console.log(isWithin ? line : styleText('red', line));
    }
    const allowed = rows.find(({ allowedMs }) => allowedMs !== null)?.allowedMs;
    if (allowed) console.log(row('allowed to ours', ...[allowed.first, allowed.later, allowed.recovery].map(time)));
  }
}

function cell({ end, ...times }: Summary): string {
  if (end === 'died') return 'the process ended';
  if (end === 'hang') return `HANG, more than ${time(times.worstMs)}`;
  return `${end === 'ok' ? 'ok' : 'ERR'} ${both(times)}`;
}

function both({ medianMs, worstMs }: Times): string {
  return worstMs === medianMs ? time(medianMs) : `${time(medianMs)} (${time(worstMs)})`;
}

function time(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function row(...cells: readonly string[]): string {
  const padded = cells.map((text, index) => text.padEnd(WIDTHS[index] ?? 0));
  return padded.join('').trimEnd();
}
