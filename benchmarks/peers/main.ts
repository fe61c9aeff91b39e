import { styleText } from 'node:util';
import type { Verdict } from 'tta-conformance';
import { type CacheRow, cacheTable, isKeptBy } from './caches.ts';
import { conformanceTables, type Table } from './conformance.ts';
import { isKept, type StreamTable, streamTable } from './streams.ts';

const MARKS: Readonly<Record<Verdict, string>> = { pass: 'ok', fail: 'x', not_applicable: '-' };
const ID_WIDTH = 6;
const COLUMN_GAP = 3;
const CACHE_TITLE_WIDTH = 38;
const CACHE_WIDTH = 18;
const STREAM_WIDTHS = [34, 21, 22, 10];

const COMMANDS: Readonly<Record<string, (flags: readonly string[]) => Promise<boolean>>> = {
  conformance,
  streams,
  caches,
};

const [name = '', ...flags] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) {
  console.error('Usage: npm run bench:peers -- conformance [--json] [--details], streams [--json], or caches [--json]');
  process.exit(2);
}

// Peers leave unhandled rejections behind: within a case that is a failure, after it no reason to stop.
process.on('unhandledRejection', () => {});
process.removeAllListeners('warning'); // of limits that peers hand to timers as they are

process.exit((await command(flags)) ? 0 : 1); // calls of peers that hang would keep the process alive

/** @returns whether ours passes every case, and every failure that is known of a peer was seen again */
async function conformance(flags: readonly string[]): Promise<boolean> {
  const tables = await conformanceTables(() => {
    if (process.stderr.isTTY) process.stderr.write('.');
  });
  if (flags.includes('--json')) console.log(JSON.stringify({ node: process.version, tables }, null, 2));
  else for (const table of tables) print(table, flags.includes('--details'));
  return tables
    .flatMap(({ columns }) => columns)
    .every(({ isOurs, results, notReproduced }) =>
      isOurs ? results.every(({ verdict }) => verdict === 'pass') : notReproduced.length === 0,
    );
}

/** @returns whether ours ends the stream as promised */
async function streams(flags: readonly string[]): Promise<boolean> {
  const table = await streamTable();
  if (flags.includes('--json')) console.log(JSON.stringify({ node: process.version, ...table }, null, 2));
  else printStreams(table);
  return isKept(table);
}

/** @returns whether our cache serves and refuses what it should */
async function caches(flags: readonly string[]): Promise<boolean> {
  const rows = await cacheTable();
  if (flags.includes('--json')) console.log(JSON.stringify({ node: process.version, rows }, null, 2));
  else printCaches(rows);
  return isKeptBy(rows);
}

function printCaches(rows: readonly CacheRow[]): void {
  console.log(
    'Every question is asked twice, or by 100 callers at once. A number: how often the provider was asked.\n',
  );
  const line = (...[title = '', ...cells]: readonly string[]): string =>
    title.padEnd(CACHE_TITLE_WIDTH) + cells.map((cell) => cell.padEnd(CACHE_WIDTH)).join('');
  console.log(line('', ...(rows[0]?.results ?? []).map(({ name }) => name)));
  for (const { title, results } of rows) {
    const cells = results.map(({ verdict, calls }) => {
      if (verdict === 'not_cached') return 'not cached';
      return verdict === 'right' ? 'ok' : `x (${calls})`;
    });
    console.log(line(title, ...cells));
  }
}

function print({ subject, columns }: Table, withDetails: boolean): void {
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
  for (const { name, notReproduced, remarks } of columns) {
    for (const [id, remark] of Object.entries(remarks)) console.log(`${id.padEnd(ID_WIDTH)}${name}: ${remark}`);
    for (const id of notReproduced) console.log(`${id.padEnd(ID_WIDTH)}${name}: known to fail, and it did not`);
  }
  if (!withDetails) return;
  for (const { name, results } of columns) {
    console.log(`\n${styleText('bold', name)}`);
    for (const { id, verdict, detail } of results)
      if (verdict === 'fail') console.log(`${id.padEnd(ID_WIDTH)}${detail}`);
  }
}

function printStreams({ limitMs, capMs, rows }: StreamTable): void {
  console.log(
    `A provider stalls after its first chunk; the limit is ${limitMs} ms, and the wait ends after ${capMs} ms.\n`,
  );
  const line = (...cells: readonly string[]): string =>
    cells.map((cell, index) => cell.padEnd(STREAM_WIDTHS[index] ?? 0)).join('');
  console.log(line('', 'outcome', 'error', 'after', 'upstream'));
  for (const { name, outcome, error = '-', elapsedMs, isUpstreamClosed } of rows) {
    console.log(line(name, outcome, error, `${elapsedMs} ms`, isUpstreamClosed ? 'closed' : 'left open'));
  }
}
