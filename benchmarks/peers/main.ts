import { styleText } from 'node:util';
import type { Verdict } from 'tta-dev-primitives/testing';
import { conformanceTables, type Table } from './conformance.ts';

const MARKS: Readonly<Record<Verdict, string>> = { pass: 'ok', fail: 'x', not_applicable: '-' };
const ID_WIDTH = 6;
const COLUMN_GAP = 3;

const [command, ...flags] = process.argv.slice(2);
if (command !== 'conformance') {
  console.error('Usage: node --conditions=tta-source benchmarks/peers/main.ts conformance [--json] [--details]');
  process.exit(2);
}

// Peers leave rejections behind that nobody handles; within a case that is a failure, after it is no reason to stop.
process.on('unhandledRejection', () => {});
process.removeAllListeners('warning'); // of limits that peers hand to timers as they are

const tables = await conformanceTables(() => {
  if (process.stderr.isTTY) process.stderr.write('.');
});

if (flags.includes('--json')) console.log(JSON.stringify({ node: process.version, tables }, null, 2));
else for (const table of tables) print(table);

const ours = tables.flatMap(({ columns }) => columns.filter(({ isOurs }) => isOurs));
const hasFailed = ours.some(({ results }) => results.some(({ verdict }) => verdict !== 'pass'));
process.exit(hasFailed ? 1 : 0); // calls of peers that hang would keep the process alive

function print({ subject, columns }: Table): void {
  console.log(`\n${styleText('bold', subject)}: ok passes, x fails, - does not apply\n`);
  const widths = columns.map(({ name }) => name.length + COLUMN_GAP);
  const line = (id: string, cells: readonly string[], rest = ''): string =>
    `${id.padEnd(ID_WIDTH)}${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('')}${rest}`;
  console.log(
    line(
      '',
      columns.map(({ name }) => name),
    ),
  );
  for (const [row, { id, title }] of (columns[0]?.results ?? []).entries()) {
    console.log(
      line(
        id,
        columns.map(({ results }) => MARKS[results[row]?.verdict ?? 'not_applicable']),
        title,
      ),
    );
  }
  const failures = columns.map(({ results }) => results.filter(({ verdict }) => verdict === 'fail').length);
  console.log(line('fails', failures.map(String)));
  if (!flags.includes('--details')) return;
  for (const { name, results } of columns) {
    console.log(`\n${styleText('bold', name)}`);
    for (const { id, verdict, detail } of results)
      if (verdict === 'fail') console.log(`${id.padEnd(ID_WIDTH)}${detail}`);
  }
}
