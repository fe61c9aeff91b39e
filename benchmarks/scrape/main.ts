import { styleText } from 'node:util';
import { measureScrapes, type ScrapeCost } from './measure.ts';
import { ourPage, ourTelemetry } from './ours.ts';
import { promClientPage } from './prom-client.ts';
import { countLines, linesOf, operationsFor, type Subject } from './workload.ts';

const OPENMETRICS = 'application/openmetrics-text;version=1.0.0';

interface PageSize {
  readonly lines: number;
  readonly rounds: number;
  readonly allowedBlockMs: number;
}

const SIZES: readonly PageSize[] = [
  { lines: 10_000, rounds: 25, allowedBlockMs: 5 },
  { lines: 100_000, rounds: 11, allowedBlockMs: 10 },
];

interface SizeResult extends PageSize {
  readonly pages: readonly ScrapeCost[];
  /** How long our slowest page takes as a share of prom-client's time. */
  readonly ratio: number;
  readonly longestBlockMs: number;
  /** Pages that lack lines, or have too many. */
  readonly wrongPages: readonly string[];
  readonly isWithin: boolean;
}

const results: SizeResult[] = [];
for (const size of SIZES) results.push(await measureSize(size));

if (process.argv.includes('--json'))
  console.log(JSON.stringify({ node: process.version, unit: 'ms', results }, null, 2));
else for (const result of results) print(result);

if (!results.every(({ isWithin }) => isWithin)) process.exitCode = 1;

async function measureSize(size: PageSize): Promise<SizeResult> {
  const operations = operationsFor(size.lines);
  const telemetry = await ourTelemetry(operations);
  const uncompressed = [
    ourPage(telemetry, 'ours, text', {}),
    ourPage(telemetry, 'ours, OpenMetrics with traces', { accept: OPENMETRICS }),
  ];
  const zipped = ourPage(telemetry, 'ours, OpenMetrics, gzip', { accept: OPENMETRICS, 'accept-encoding': 'gzip' });
  const peer = promClientPage(operations);
  const wrongPages = await wrongAmong([...uncompressed, peer], linesOf(operations));
  const pages = await measureScrapes([...uncompressed, zipped, peer], size.rounds);
  await telemetry.shutdown();
  const own = pages.slice(0, -1);
  const compared = pages.slice(0, uncompressed.length); // prom-client does not compress
  const ratio = Math.max(...compared.map(({ cpuMs }) => cpuMs)) / (pages.at(-1)?.cpuMs ?? Number.NaN);
  const longestBlockMs = Math.max(...own.map(({ blockMs }) => blockMs));
  const isWithin = ratio <= 1 && longestBlockMs <= size.allowedBlockMs && wrongPages.length === 0;
  return { ...size, pages, ratio: Number(ratio.toPrecision(3)), longestBlockMs, wrongPages, isWithin };
}

async function wrongAmong(subjects: readonly Subject[], lines: number): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const { name, scrape } of subjects) {
    const found = countLines(await scrape());
    if (found !== lines) wrong.push(`${name}: ${found} lines instead of ${lines}`);
  }
  return wrong;
}

function print({ lines, pages, ratio, longestBlockMs, allowedBlockMs, wrongPages, isWithin }: SizeResult): void {
  console.log(`${lines.toLocaleString('en')} lines, medians${''.padEnd(20)}CPU ms   longest block ms`);
  for (const { name, cpuMs, blockMs } of pages) {
    console.log(`  ${name.padEnd(34)}${String(cpuMs).padStart(8)}${String(blockMs).padStart(19)}`);
  }
  const sentence = `  x${ratio} of prom-client (allowed x1), block ${longestBlockMs} ms (allowed ${allowedBlockMs})\n`;
  console.log(isWithin ? sentence : styleText('red', sentence));
  for (const wrong of wrongPages) console.log(styleText('red', `  ${wrong}`));
}
