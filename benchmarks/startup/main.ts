// What a start of telemetry costs a process, with the packages as they are built: CPU time of processes of their own, in turns.
import { execFile } from 'node:child_process';
import { promisify, styleText } from 'node:util';

const ROUNDS = 15;

/** Beyond bare Node.js, as a multiple of what `node:http` and the API of OpenTelemetry take, which each process with metrics needs. */
const ALLOWED_RATIO = 2;

const PACKAGE = "await import('tta-observability-integration')";
const SERVED = "environment: 'production', prometheusPort: 0, enableDashboard: false";

const initialized = (options: string): string =>
  `const { initializeObservability } = ${PACKAGE}; await initializeObservability({ ${options} });`;

const STARTS = {
  'bare Node.js': '',
  'node:http and @opentelemetry/api': "await import('node:http'); await import('@opentelemetry/api');",
  'import of the package': `${PACKAGE};`,
  'initialized, no trace exporter': initialized(`${SERVED}, otlp: false`),
  'initialized, OTLP trace exporter': initialized(`${SERVED}, otlp: 'http://127.0.0.1:1'`),
};

type StartName = keyof typeof STARTS;

interface StartCost {
  readonly name: StartName;
  /** The least of all rounds: other work on the machine only adds to it. */
  readonly cpuMs: number;
  readonly medianCpuMs: number;
  /** Beyond bare Node.js. */
  readonly extraMs: number;
  /** The extra time as a multiple of that of `node:http` and the API. */
  readonly ratio: number;
}

const costs = await measureStarts();
const { ratio = Number.NaN } = costs.find(({ name }) => name === 'initialized, no trace exporter') ?? {};
const isWithin = ratio <= ALLOWED_RATIO;
if (process.argv.includes('--json')) {
  console.log(
    JSON.stringify(
      { node: process.version, unit: 'CPU ms', rounds: ROUNDS, allowedRatio: ALLOWED_RATIO, isWithin, costs },
      null,
      2,
    ),
  );
} else print();
if (!isWithin) process.exitCode = 1;

async function measureStarts(): Promise<readonly StartCost[]> {
  const names = Object.keys(STARTS) as StartName[];
  const taken = new Map<StartName, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of names) taken.get(name)?.push(await cpuMsOf(STARTS[name]));
  }
  const leastOf = (name: StartName): number => Math.min(...(taken.get(name) ?? []));
  const bare = leastOf('bare Node.js');
  const reference = leastOf('node:http and @opentelemetry/api') - bare;
  return names.map((name) => {
    const extraMs = leastOf(name) - bare;
    const sorted = (taken.get(name) ?? []).toSorted((a, b) => a - b);
    return {
      name,
      cpuMs: rounded(leastOf(name)),
      medianCpuMs: rounded(sorted[sorted.length >> 1] ?? Number.NaN),
      extraMs: rounded(extraMs),
      ratio: Number((extraMs / reference).toFixed(2)),
    };
  });
}

/** The CPU time of a process from its beginning to the end of the code. */
async function cpuMsOf(code: string): Promise<number> {
  const measured = `${code}
    const { user, system } = process.cpuUsage();
    process.stdout.write(String((user + system) / 1_000), () => process.exit());`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', measured], {
    cwd: import.meta.dirname,
    timeout: 60_000,
  });
  return Number(stdout);
}

function rounded(ms: number): number {
  return Number(ms.toFixed(1));
}

function print(): void {
  console.log(`CPU milliseconds of a start, the least of ${ROUNDS} rounds, Node.js ${process.version}\n`);
  console.log(row('', 'least', 'median', 'extra', 'ratio'));
  for (const { name, cpuMs, medianCpuMs, extraMs, ratio: multiple } of costs) {
    console.log(row(name, String(cpuMs), String(medianCpuMs), String(extraMs), `x${multiple}`));
  }
  const sentence = `\nwithout a trace exporter: x${ratio} of node:http and the API (allowed x${ALLOWED_RATIO})`;
  console.log(isWithin ? sentence : styleText('red', sentence));
}

function row(name: string, ...figures: readonly string[]): string {
  return name.padEnd(36) + figures.map((figure) => figure.padStart(10)).join('');
}
