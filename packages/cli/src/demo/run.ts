import { PassThrough } from 'node:stream';
import { initializeObservability } from 'tta-observability-integration';
import { SavingsLedger } from 'tta-observability-integration/llm';
import { counted } from '../output/format.ts';
import { type Io, stylesFor, writeLine } from '../output/io.ts';
import { type OwnPrices, readOwnPrices } from '../prices/price-file.ts';
import type { Workload } from '../workload/workload.ts';
import { type Endpoint, loopbackEndpoint, realEndpoint } from './endpoint.ts';
import type { CalibratedWeights } from './learned.ts';
import { type Measurement, measure } from './measure.ts';
import { checkTogether, type DemoOptions } from './options.ts';
import { planWorkload } from './plan.ts';
import { type DemoReport, type Findings, reportOf } from './report.ts';
import { type ReadyStrategy, USUAL_STRATEGY } from './strategy.ts';
import { summaryLines } from './summary.ts';
import { calibratedWeights } from './weights.ts';

/** What a run has found, and what it was found from. */
export interface DemoRun {
  readonly report: DemoReport;
  readonly findings: Findings;
  readonly workload: Workload;
}

const USUAL_REAL_MODELS: readonly string[] = ['gpt-4o-mini', 'gpt-4o'];

/**
 * Sends a workload through timeout(cache(...)) and a router or a cascade and reports what it cost, what it would have cost, and what went wrong.
 *
 * Prints the report on `io.stdout` and everything else on `io.stderr`. When `io.interrupted` aborts, it stops and reports what
 * happened so far.
 *
 * @throws UsageError in one sentence about whatever the options name and cannot be used
 */
export async function runDemo(asked: DemoOptions, io: Io): Promise<DemoRun> {
  checkTogether(asked, io.env);
  const strategy = await readyStrategy(asked, io);
  const options = strategy.name === 'learned' ? withModelsOf(strategy.weights, asked) : asked;
  const prices = options.prices === undefined ? undefined : await readOwnPrices(options.prices, io.interrupted);
  const workload = await planWorkload(options, io.interrupted, prices);
  const endpoint = await endpointFor(options, workload, io, prices);
  const telemetry = await initializeObservability({
    serviceName: 'tta-demo',
    enablePrometheus: true,
    enableDashboard: true,
    enableConsoleTraces: false, // stdout is for the report
    prometheusPort: options.port,
  });
  const ledger = new SavingsLedger(); // for its metrics
  try {
    const metricsUrl = telemetry.metricsUrl ?? null;
    for (const { code, message } of telemetry.problems) {
      writeLine(io.stderr, `tta: ${code === 'prometheus' ? '--port: ' : ''}${message}`);
    }
    if (telemetry.dashboardUrl !== null) writeLine(io.stderr, `Watch it live at ${telemetry.dashboardUrl}`);
    if (metricsUrl !== null) writeLine(io.stderr, `Metrics are at ${metricsUrl} while this runs.`);
    const measurement = await measure(workload, endpoint, { strategy, redisUrl: options.redis }, io);
    const findings: Findings = { ...measurement.findings, metricsUrl };
    const run: DemoRun = { report: reportOf(findings), findings, workload };
    print(run, endpoint, notesFor(options, measurement, endpoint, run), options, io);
    if (options.keep === true)
      await keepServing(
        metricsUrl,
        io,
        options.provider === undefined ? () => again(options, workload, strategy, io) : undefined,
      );
    return run;
  } finally {
    await ledger.close();
    await telemetry.shutdown();
  }
}

async function readyStrategy(
  { strategy = USUAL_STRATEGY, weights }: DemoOptions,
  { interrupted }: Io,
): Promise<ReadyStrategy> {
  if (strategy !== 'learned') return { name: strategy };
  return { name: strategy, weights: await calibratedWeights(weights as string, interrupted) }; // there are, or it would have been refused
}

/** Weights say themselves which two models they are for. */
function withModelsOf({ calibration: { cheap, strong } }: CalibratedWeights, options: DemoOptions): DemoOptions {
  return { ...options, models: [cheap, strong] };
}

async function endpointFor(
  options: DemoOptions,
  workload: Workload,
  { env }: Io,
  prices?: OwnPrices,
): Promise<Endpoint> {
  const { provider, models = USUAL_REAL_MODELS, baseline = models.at(-1) as string } = options;
  if (provider === undefined) return loopbackEndpoint(workload);
  return realEndpoint({ url: provider, apiKey: env['OPENAI_API_KEY'] || 'none', models, baseline, prices });
}

function print(
  run: DemoRun,
  endpoint: Endpoint,
  notes: readonly string[],
  { json }: DemoOptions,
  { stdout }: Io,
): void {
  const { report, findings, workload } = run;
  const lines =
    json === true
      ? [JSON.stringify(report)]
      : summaryLines({ report, findings, workload, baseline: endpoint.baseline, notes, paint: stylesFor(stdout) });
  for (const line of lines) writeLine(stdout, line);
}

function notesFor(
  { keep, redis, provider }: DemoOptions,
  { storeProblem }: Measurement,
  endpoint: Endpoint,
  { report, findings, workload }: DemoRun,
): readonly string[] {
  const { metricsUrl } = report;
  const left = findings.sent.filter(({ outcome }) => outcome === 'cancelled').length;
  return [
    ...(provider === undefined ? workload.notes : []),
    findings.strategy,
    endpoint.billing,
    ...(left === 0 ? [] : ['The run was stopped early; cancelled requests are in the spend, but not in the baseline.']),
    ...(storeProblem === undefined || redis === undefined
      ? []
      : [
          `For ${storeProblem.requests} of ${counted(findings.sent.length, 'request')} Redis could not be used ` +
            `(${storeProblem.reason}); where an answer was missing for that, a model was asked instead.`,
        ]),
    metricsUrl === null
      ? 'No metrics were served.'
      : `Metrics ${keep === true ? 'are' : 'were'} at ${metricsUrl}${keep === true ? '.' : '; --keep keeps serving them.'}`,
  ];
}

/** Sends the workload once more, to an endpoint of its own. */
async function again(options: DemoOptions, workload: Workload, strategy: ReadyStrategy, io: Io): Promise<void> {
  const endpoint = await endpointFor(options, workload, io);
  await measure(
    workload,
    endpoint,
    { strategy, redisUrl: options.redis },
    { ...io, stderr: new PassThrough().resume() },
  );
}

/** Serves the metrics until the interruption, and meanwhile sends the workload again and again, unless that costs money. */
async function keepServing(
  metricsUrl: string | null,
  { stderr, interrupted }: Io,
  send: (() => Promise<void>) | undefined,
): Promise<void> {
  if (metricsUrl === null || interrupted.aborted) return;
  const what = send === undefined ? 'Metrics stay' : 'Requests go on, and metrics stay';
  writeLine(stderr, `${what} at ${metricsUrl} until Ctrl-C.`);
  const alive = setInterval(() => {}, 2 ** 30); // the server of the metrics does not keep a process alive
  const end = new Promise((resolve) => interrupted.addEventListener('abort', resolve, { once: true }));
  while (send !== undefined && !interrupted.aborted) await send();
  await end;
  clearInterval(alive);
}
