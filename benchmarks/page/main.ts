// npm run bench:page: what the live page costs in a real browser, and whether it stays flat under load. It takes about three minutes.
// Times in CPU do not depend on what else the machine does; the first paint does.
import { styleText } from 'node:util';
import { nearestRank } from 'tta-dev-primitives/internal';
import { launch } from '../../packages/dashboard/src/__fixtures__/browser.ts';
import { chromium } from '../../scripts/services/chromium.ts';
import { type FirstPaint, firstPaint, longestScrollTaskMs } from './drawing.ts';
import { type Growth, growthUnderLoad } from './load.ts';

/** One figure of the page, and the most that it may be. */
interface Figure {
  readonly name: string;
  readonly value: number;
  readonly most: number;
  readonly unit: string;
}

const REQUESTS = 100_000;
const SLOWER = 4;
/** The median of so many counts. */
const PAINTS = 5;
const PER_SECOND = 1_000;
const SECONDS = 60;

/** Growth of memory that is called flat: what garbage collectors leave. */
const FLAT = 0.1;

const program = chromium();
if (program === undefined) throw new Error('bench:page needs Chromium');
const browser = await launch(program);
const figures: Figure[] = [];
try {
  const paints: FirstPaint[] = [];
  while (paints.length < PAINTS) paints.push(await firstPaint(browser, SLOWER));
  const [paintMs, cpuMs] = [median(paints.map((paint) => paint.paintMs)), median(paints.map((paint) => paint.cpuMs))];
  const slow = `a processor ${SLOWER} times slower`;
  figures.push({ name: `first paint, ${slow}`, value: paintMs, most: 1_000, unit: 'ms' });
  figures.push({ name: `figures drawn, ${slow}`, value: cpuMs, most: 1_000, unit: 'ms CPU' });
  const longest = await longestScrollTaskMs(browser, REQUESTS);
  figures.push({ name: 'longest task, 100,000 requests scroll', value: longest, most: 50, unit: 'ms CPU' });
  const load = await growthUnderLoad(browser, { perSecond: PER_SECOND, seconds: SECONDS });
  figures.push(...growthOf('page', load.page), ...growthOf('process', load.process));
  console.log(`${load.sent.toLocaleString('en')} requests, ${PER_SECOND.toLocaleString('en')} a second\n`);
} finally {
  await browser.close();
}
for (const figure of figures) console.log(lineOf(figure));
if (figures.some(({ value, most }) => value > most)) process.exitCode = 1;

function growthOf(what: string, { fromMb, toMb }: Growth): Figure[] {
  const name = `memory of the ${what}, ${fromMb.toFixed(1)} MB to ${toMb.toFixed(1)} MB`;
  return [{ name, value: 100 * (toMb / fromMb - 1), most: 100 * FLAT, unit: '% more' }];
}

function lineOf({ name, value, most, unit }: Figure): string {
  const line = `${name.padEnd(60)}${value.toFixed(0).padStart(8)} ${unit.padEnd(8)} (at most ${most.toFixed(0)})`;
  return value > most ? styleText('red', line) : line;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return nearestRank(sorted, 0.5) ?? Number.NaN;
}
