// Counts how often a calibration promises what does not hold: `npm run bench:promises -- --help` says how.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { inventedPools, recordedPools } from './pools.ts';
import type { Cell } from './simulate.ts';
import { simulateAll } from './threads.ts';

const HELP = `bench:promises [-- --data DIR] [--calibrations N] [--pool NAME]... [--threads N] [--json]

Calibrates on samples of 20 to 3000 rows for targets of 95, 98 and 99 %, and checks each promise on the whole pool.
--data          adds the recorded pairs in a folder to the simulated ones (as bench:router -- --data DIR)
--calibrations  how many calibrations each cell simulates (default: 2000)
--pool          only pools with this text in their name; can be repeated
--threads       how many cells are simulated at the same time (default: 2, or fewer on a machine with fewer cores)
--json          one JSON object

It exits with 1 if more than 5 % of the calibrations that were not refused miss their promise, in a cell with at least 100 of them, by
more than three standard errors of the simulation.`;

/** The share of calibrations that may promise what does not hold, and the least number that tells. */
const [ALLOWED, LEAST, STANDARD_ERRORS] = [0.05, 100, 3];

const HEAD =
  'pool                                                rows  target  refused   missed of all  of those not refused  losses   saved (percent)';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    calibrations: { type: 'string', default: '2000' },
    pool: { type: 'string', multiple: true },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else await run();

async function run(): Promise<void> {
  const [calibrations, threads] = [Number(values.calibrations), Number(values.threads)];
  for (const [option, value] of Object.entries({ calibrations, threads })) {
    if (Number.isInteger(value) && value > 0) continue;
    console.error(
      `bench:promises: --${option} must be a whole number from 1, not ${values[option as keyof typeof values]}`,
    );
    process.exitCode = 2;
    return;
  }
  const named = (values.pool ?? []).map((name) => name.toLowerCase());
  const isWanted = (name: string): boolean =>
    named.length === 0 || named.some((part) => name.toLowerCase().includes(part));
  const recorded = values.data === undefined ? [] : await recordedPools(values.data, isWanted);
  const pools = [...inventedPools().filter(({ name }) => isWanted(name)), ...recorded];
  const cells: Cell[] = [];
  if (!values.json) console.log(`${HEAD}`);
  await simulateAll(pools, calibrations, threads, (found, done) => {
    cells.push(...found);
    if (values.json) progress(done);
    else for (const cell of found) console.log(lineOf(cell));
  });
  const told = cells.filter(({ admitted }) => admitted >= LEAST);
  const broken = told.filter((cell) => !isKept(cell));
  if (values.json) console.log(JSON.stringify({ unit: 'percent', cells, broken }, null, 2));
  else {
    const worst = told.reduce((most, { missedOfAdmitted }) => Math.max(most, missedOfAdmitted ?? 0), 0);
    console.log(`\n${told.length} of ${cells.length} cells have ${LEAST} calibrations that were not refused, or more.`);
    console.log(
      `The most that missed their promise: ${worst.toFixed(1)} %. Cells above 5 % beyond chance: ${broken.length}.`,
    );
  }
  if (broken.length > 0) process.exitCode = 1;
}

function progress(done: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${(100 * done).toFixed(0)} %`);
}

function isKept({ missedOfAdmitted, lossesOfAdmitted, admitted }: Cell): boolean {
  const error = Math.sqrt((ALLOWED * (1 - ALLOWED)) / admitted);
  const most = 100 * (ALLOWED + STANDARD_ERRORS * error);
  return (missedOfAdmitted ?? 0) <= most && (lossesOfAdmitted ?? 0) <= most;
}

function lineOf({ pool, rows, target, refused, missed, missedOfAdmitted, lossesOfAdmitted, saved }: Cell): string {
  const shown = (value: number | null, width: number): string =>
    (value === null ? '-' : value.toFixed(1).replace(/^-(0\.0)$/, '$1')).padStart(width);
  return [
    `${pool.padEnd(50)}${String(rows).padStart(6)}${shown(target, 8)}${shown(refused, 9)}${shown(missed, 16)}`,
    `${shown(missedOfAdmitted, 22)}${shown(lossesOfAdmitted, 8)}${shown(saved, 8)}`,
  ].join('');
}
