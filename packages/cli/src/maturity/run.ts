import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { initializeObservability } from 'tta-observability-integration';
import { percent } from '../output/format.ts';
import { type Io, writeLine } from '../output/io.ts';
import { tableLines } from '../output/table.ts';
import { UsageError } from '../usage-error.ts';
import { componentsOf } from './components.ts';
import { MaturityHistory } from './history.ts';
import { type MaturityOf, MaturityPrimitive } from './maturity-primitive.ts';
import { type ReportFiles, readReports, reportOn } from './reports.ts';

export interface MaturityOptions extends ReportFiles {
  readonly history?: string | undefined;
  readonly stagingCoverage: number;
  readonly productionCoverage: number;
  readonly json?: boolean | undefined;
  readonly metrics?: boolean | undefined;
  /** Serves the metrics until the interruption. */
  readonly port?: number | undefined;
}

/** How long a served page may be behind the reports. */
const REREAD_EVERY_MS = 15_000;

/** Assesses the packages below a folder, and prints or serves what was found. @throws UsageError in one sentence */
export async function runMaturity(folder: string, options: MaturityOptions, io: Io): Promise<readonly MaturityOf[]> {
  const { history, stagingCoverage: staging, productionCoverage: production, port } = options;
  if (staging > production) {
    throw new UsageError(
      `--staging-coverage must be at most --production-coverage (${production}), but it is ${staging}`,
    );
  }
  const maturity = new MaturityPrimitive({ staging, production }, await MaturityHistory.open(history));
  const telemetry = await initializeObservability({
    serviceName: 'tta-maturity',
    enablePrometheus: port !== undefined,
    ...(port !== undefined && { prometheusPort: port }),
    enableConsoleTraces: false,
    enableDashboard: false,
  });
  try {
    const found = await assessAll(resolve(folder), maturity, options);
    if (port !== undefined) {
      if (telemetry.metricsUrl === null)
        throw new UsageError(`--port: ${telemetry.problems[0]?.message ?? 'not served'}`);
      writeLine(io.stdout, telemetry.metricsUrl);
      await keepAssessing(() => assessAll(resolve(folder), maturity, options), io);
    } else if (options.metrics) {
      io.stdout.write(await telemetry.metricsText());
    } else {
      for (const line of options.json ? [JSON.stringify(found)] : linesOf(found)) writeLine(io.stdout, line);
    }
    return found;
  } finally {
    await telemetry.shutdown();
  }
}

async function assessAll(
  root: string,
  maturity: MaturityPrimitive,
  files: ReportFiles,
): Promise<readonly MaturityOf[]> {
  const reports = await readReports(root, files);
  const found: MaturityOf[] = [];
  for (const component of await componentsOf(root)) {
    found.push(await maturity.execute({ component: component.name, report: reportOn(component, root, reports) }));
  }
  return found;
}

/** A report that is being written cannot be read for a moment: the page then shows the last one. */
async function keepAssessing(assessAgain: () => Promise<unknown>, { interrupted, stderr }: Io): Promise<void> {
  while (!interrupted.aborted) {
    await sleep(REREAD_EVERY_MS, undefined, { signal: interrupted }).catch(() => undefined);
    if (interrupted.aborted) return;
    await assessAgain().catch((error: Error) => writeLine(stderr, `tta: ${error.message}`));
  }
}

function linesOf(found: readonly MaturityOf[]): readonly string[] {
  return tableLines({
    head: ['Component', 'Stage', 'Coverage', 'Tests', 'Failed', 'Gates passed', 'In stage since'],
    rows: found.map(({ component, stage, report: { coverage, tests }, gates, sinceMs }) => [
      component,
      stage,
      percent(coverage ?? null),
      String(tests?.passed ?? '-'),
      String(tests?.failed ?? '-'),
      Object.entries(gates)
        .flatMap(([gate, state]) => (state === 'passed' ? [gate] : []))
        .join(', ') || '-',
      new Date(sinceMs).toISOString().slice(0, 10),
    ]),
  });
}
