// Measures routers and cascades on graded answers: `npm run bench:router -- --help` says how.
import { parseArgs } from 'node:util';
import { callsOf } from 'tta-evaluation';
import { accuracyGates } from './accuracies.ts';
import { cascadeName, measureCascade, type NamedCascadeFigures, type Prices } from './cascades.ts';
import { type Data, dividedFolder, type Folder, twoFolders } from './data.ts';
import { gatesFor } from './gates.ts';
import { measurePair, type PairFigures } from './pairs.ts';
import { readPrices } from './prices.ts';
import { printCascades, printGates, printPairs } from './print.ts';
import { askedFor, CASCADES, type Cascade, PAIRS, type Pair } from './situations.ts';

const HELP = `bench:router -- --data DIR [--pair STRONG:CHEAP[:SECOND]]... [--prices FILE] [--json]
bench:router -- --train DIR --test DIR [--pair STRONG:CHEAP[:SECOND]]... [--prices FILE] [--json]

Files of JSON lines: { id, prompt, in_tok, m: { model: { q, out_tok, p } }, split }.
--data    trains and calibrates on rows whose split is "train", and measures on the others
--train, --test   all rows of the first folder are learned from, whatever their split; all rows of the second are measured on,
          except those marked "train" where others are not. A question of the test is never trained on.
--pair    measures this pair only, in each file that has its models; with a second cheap model its agreement cascade too.
          Can be repeated.
--prices  JSON of { model: { inputPerMillionUsd, outputPerMillionUsd } } or { model: { perCallUsd } }, for models that have no
          price here and rows without "cost_usd"
--json    one JSON object. Figures are percentages, except APGR, which is a share. Gates decide the exit code with --data only; those of
          the recorded data hold on the split that they were set on.`;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    train: { type: 'string' },
    test: { type: 'string' },
    pair: { type: 'string', multiple: true },
    prices: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else await run();

async function run(): Promise<void> {
  const data = await readData();
  const work = data && (await readWork(data));
  if (data === undefined || work === undefined) return;
  const skipped: string[] = [];
  const pairs: PairFigures[] = [];
  const cascades: NamedCascadeFigures[] = [];
  const { prices } = work;
  const parts = work.pairs.length + work.cascades.length;
  for (const [index, pair] of work.pairs.entries()) {
    progress(index, parts, pair.id);
    const rows = rowsFor(data, pair.datasets, [pair.cheap, pair.strong], pair.id, skipped);
    if (rows !== undefined) pairs.push(...measurePair(pair, rows.train, rows.test, prices));
  }
  for (const [index, cascade] of work.cascades.entries()) {
    const name = `${cascadeName(cascade)} on ${cascade.datasets.join(' + ')}`;
    progress(work.pairs.length + index, parts, name);
    const rows = rowsFor(data, cascade.datasets, [cascade.first, cascade.second, cascade.strong], name, skipped);
    if (rows !== undefined) cascades.push(measureCascade(cascade, rows.train, rows.test, prices));
  }
  progress(parts, parts, 'done\n');
  for (const reason of skipped) console.error(`skipped ${reason}`);
  const gates = [...gatesFor(pairs, cascades), ...accuracyGates(data)];
  if (values.json) console.log(JSON.stringify({ unit: 'percent', pairs, cascades, skipped, gates }, null, 2));
  else {
    printPairs(pairs);
    printCascades(cascades);
    printGates(gates);
  }
  if (pairs.length + cascades.length === 0) fail('no pair and no cascade has its files and models there');
  if (values.data !== undefined && !gates.every(({ isMet }) => isMet)) process.exitCode = 1;
}

/** What is measured: the pairs that were asked for, or else all that are known. */
async function readWork(
  data: Data,
): Promise<
  { readonly pairs: readonly Pair[]; readonly cascades: readonly Cascade[]; readonly prices: Prices } | undefined
> {
  try {
    const prices = await readPrices(values.prices);
    if (values.pair === undefined) return { pairs: PAIRS, cascades: CASCADES, prices };
    const datasetsWith = (models: readonly string[]): readonly string[] =>
      [...data.test.keys()].filter((dataset) =>
        [data.train, data.test].every((folder) => rowsIn(folder, [dataset], models).length > 1),
      );
    const work = { ...askedFor(values.pair, datasetsWith), prices };
    const unpriced = unpricedIn(data, work.pairs, prices);
    return unpriced === undefined
      ? work
      : fail(`what ${unpriced} costs is not known: give --prices, or log "cost_usd"`);
  } catch (error) {
    return fail((error as Error).message);
  }
}

/** Returns a model that has neither a cost in each row nor a known price. */
function unpricedIn(data: Data, pairs: readonly Pair[], prices: Prices): string | undefined {
  const isPriced = (pair: Pair, model: string): boolean =>
    [data.train, data.test].every((folder) =>
      callsOf(rowsIn(folder, pair.datasets, [model]), model, prices[model]).cost.every(Number.isFinite),
    );
  return pairs
    .flatMap((pair) => [pair.cheap, pair.strong, pair.second ?? pair.cheap].map((model) => ({ pair, model })))
    .find(({ pair, model }) => !isPriced(pair, model))?.model;
}

async function readData(): Promise<Data | undefined> {
  const { data, train, test } = values;
  try {
    if (data !== undefined) return await dividedFolder(data);
    if (train !== undefined && test !== undefined) return await twoFolders(train, test);
  } catch (error) {
    return fail(`the data cannot be read (${(error as Error).message})`);
  }
  return fail('--data DIR, or --train DIR and --test DIR, is needed');
}

/** The rows of both sides, or undefined, with a reason in `skipped`, where a file or a model is missing. */
function rowsFor(
  data: Data,
  datasets: readonly string[],
  models: readonly string[],
  name: string,
  skipped: string[],
): Readonly<Record<'train' | 'test', ReturnType<typeof rowsIn>>> | undefined {
  const sides = { train: rowsIn(data.train, datasets, models), test: rowsIn(data.test, datasets, models) };
  const missing = datasets.filter((dataset) => !(data.train.has(dataset) && data.test.has(dataset)));
  if (missing.length === 0 && sides.train.length > 1 && sides.test.length > 0) return sides;
  const reason = missing.length > 0 ? `no file ${missing.join(', ')}` : `no rows with ${models.join(', ')}`;
  skipped.push(`${name}: ${reason}`);
  return undefined;
}

function rowsIn(folder: Folder, datasets: readonly string[], models: readonly string[]) {
  const rows = datasets.flatMap((dataset) => folder.get(dataset) ?? []);
  return rows.filter(({ answers }) => models.every((model) => answers[model]?.quality !== undefined));
}

function progress(done: number, of: number, what: string): void {
  const bar = '#'.repeat(Math.round((20 * done) / of)).padEnd(20, '.');
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K[${bar}] ${what}`);
}

function fail(problem: string): undefined {
  console.error(`bench:router: ${problem}`);
  process.exitCode = 2;
  return undefined;
}
