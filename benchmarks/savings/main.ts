import { existsSync } from 'node:fs';
import { parseArgs, styleText } from 'node:util';
import { UsageError } from '../../packages/cli/src/usage-error.ts';
import { readArrivals } from '../../packages/cli/src/workload/arrivals.ts';
import { dilutedTo, type RepeatRate, repeatRateOf } from './repeat-rate.ts';
import { MODEL, type Replay, replay } from './replay.ts';
import { type Ask, ZIPF_WORKLOADS, type ZipfWorkload, zipfAsks } from './workload.ts';
import { Zipf } from './zipf.ts';

const USUAL_TRACE = '../shared/data/router/trace_mooncake_conversation.jsonl';
const TTLS_MS = [60_000, 300_000, 3_600_000];
const TARGET_SHARE = 0.4;
const MOST_LOST_USD = 1e-9;
const TRACE_WANTED =
  'a recorded trace is needed: give its file by --trace FILE, JSON lines as of the conversation trace of Mooncake, ' +
  'https://github.com/kvcache-ai/Mooncake';
const USAGE = `Usage: npm run bench:savings -- [--trace FILE] [--workload ${Object.keys(ZIPF_WORKLOADS).join(' | ')}] [--json]`;

interface Report {
  readonly model: string;
  readonly trace: string;
  readonly replays: readonly (Replay & { readonly name: string; readonly ttlMs: number; readonly lostUsd: number })[];
  /** What the named workload would save over many seeds, and what a saving of 40 % takes. */
  readonly zipf?: { readonly name: string; readonly workload: RepeatRate; readonly needed: RepeatRate | undefined };
}

try {
  const report = await reportOf(optionsFrom(process.argv.slice(2)));
  if (process.argv.includes('--json')) console.log(JSON.stringify(report, null, 2));
  else print(report);
  if (report.replays.some(({ lostUsd }) => lostUsd > MOST_LOST_USD)) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench:savings: ${error.message}\n${USAGE}`);
  process.exitCode = 2;
}

interface Options {
  readonly trace: string;
  readonly workload: { readonly name: string; readonly law: ZipfWorkload } | undefined;
}

function optionsFrom(args: string[]): Options {
  const { trace, workload: name } = parsed(args);
  if (name === undefined) return { trace: fileOf(trace), workload: undefined };
  const law = ZIPF_WORKLOADS[name];
  if (law === undefined)
    throw new UsageError(`--workload must be ${Object.keys(ZIPF_WORKLOADS).join(', ')}, not ${name}`);
  return { trace: fileOf(trace), workload: { name, law } };
}

function fileOf(trace: string | undefined): string {
  if (existsSync(trace ?? USUAL_TRACE)) return trace ?? USUAL_TRACE;
  throw new UsageError(trace === undefined ? TRACE_WANTED : `--trace names ${trace}, which is not there`);
}

function parsed(args: string[]): { readonly trace?: string | undefined; readonly workload?: string | undefined } {
  const options = { trace: { type: 'string' }, workload: { type: 'string' }, json: { type: 'boolean' } } as const;
  try {
    const { values } = parseArgs({ args, options });
    return { trace: values.trace, workload: values.workload };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function reportOf({ trace, workload }: Options): Promise<Report> {
  const recorded = await asksOf(trace);
  if (workload === undefined) return { model: MODEL, trace, replays: await replays('trace', recorded) };
  const { name, law } = workload;
  const asks = zipfAsks(new Zipf(law.prompts, law.exponent), recorded.length, recorded, 1);
  return {
    model: MODEL,
    trace,
    replays: [...(await replays('trace', recorded)), ...(await replays(name, asks))],
    zipf: {
      name,
      workload: repeatRateOf(law, recorded.length, recorded),
      needed: dilutedTo(TARGET_SHARE, law, recorded.length, recorded),
    },
  };
}

async function asksOf(trace: string): Promise<readonly Ask[]> {
  return (await readArrivals(trace)).map(({ content, ...arrival }) => {
    if (content === undefined) throw new UsageError(`${trace} tells nothing about content, so repeats cannot be seen`);
    return { ...arrival, content };
  });
}

async function replays(name: string, asks: readonly Ask[]): Promise<Report['replays']> {
  const results: Report['replays'][number][] = [];
  for (const ttlMs of TTLS_MS) {
    const result = await replay(asks, ttlMs);
    const lostUsd = Math.abs(result.spendUsd + result.savedUsd - result.spendWithoutUsd);
    results.push({ name, ttlMs, ...result, lostUsd });
  }
  return results;
}

function print({ model, trace, replays, zipf }: Report): void {
  console.log(
    `${trace} through a cache, billed at the list price of ${model}; a repeat is billed as its first answer.\n`,
  );
  console.log(row('', 'ttl', 'requests', 'hits', 'hit rate', 'spend', 'saved', 'without', 'saved', 'lost'));
  for (const { name, ttlMs, requests, hits, hitRate, lostUsd, ...money } of replays) {
    const { spendUsd, savedUsd, spendWithoutUsd, savedShare } = money;
    const amounts = [spendUsd, savedUsd, spendWithoutUsd].map((usd) => `$${usd.toFixed(4)}`);
    const line = row(
      name,
      `${ttlMs / 1_000} s`,
      requests,
      hits,
      percent(hitRate),
      ...amounts,
      percent(savedShare),
      lostUsd.toExponential(0),
    );
    console.log(lostUsd > MOST_LOST_USD ? styleText('red', line) : line);
  }
  if (zipf === undefined) {
    console.log(`\n${USAGE}`);
    return;
  }
  const { name, workload, needed } = zipf;
  console.log(
    `\n${name}, ${workload.seeds} seeds: ${spread(workload.repeatRate)} of the requests repeat an earlier one, ` +
      `which saves ${spread(workload.savedShare)}.`,
  );
  console.log(
    needed === undefined
      ? `It does not save ${percent(TARGET_SHARE)}.`
      : `A saving of ${percent(TARGET_SHARE)} needs a repeat rate of ${spread(needed.repeatRate)}: ` +
          `this workload with ${percent(needed.oneOffs)} of its requests replaced by requests that come once, ` +
          `which saves ${spread(needed.savedShare)}.`,
  );
  console.log('In brackets: where 95 % of the seeds lie.');
}

function row(name: string, ...figures: readonly unknown[]): string {
  return name.padEnd(14) + figures.map((figure) => String(figure).padStart(11)).join('');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function spread(value: { readonly mean: number; readonly low: number; readonly high: number }): string {
  return `${percent(value.mean)} ${interval(value)}`;
}

function interval({ low, high }: { readonly low: number; readonly high: number }): string {
  return `[${(low * 100).toFixed(2)}, ${(high * 100).toFixed(2)}]`;
}
