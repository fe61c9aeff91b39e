import { metrics, trace } from '@opentelemetry/api';
import { isLoopback, startServer } from 'tta-dev-primitives/internal';
import { Counts } from '../telemetry/counts.ts';
import { startTelemetry } from '../telemetry/observer.ts';
import { SELF, STATES } from '../telemetry/topics/telemetry.ts';
import type { ObservabilityConfig, TracesConfig } from './config.ts';
import { findHost, type Host, type Registration, registerGlobals } from './globals.ts';
import { Handle, type Resources } from './handle.ts';
import { type LivePage, loadLivePage } from './live-page.ts';
import { type Metrics, metricsOf } from './metrics.ts';
import { atMetricsPath, checkingHost, metricsHandler } from './metrics-endpoint.ts';
import type { MetricsPage } from './metrics-page.ts';
import type { Sending } from './otlp-exporters.ts';
import { messageOf, Problem } from './problem.ts';
import { resourceAttributesOf } from './resource.ts';
import { ownScope, SCOPE } from './scope.ts';
import {
  isMissingPackage,
  OTLP_PACKAGES,
  type OtlpSdk,
  SDK_PACKAGES,
  type Sdk,
  type SdkLoader,
  type TraceSdk,
} from './sdk.ts';
import { succeedsWithin } from './succeeds-within.ts';
import { areSpansRecorded, type Traces, tracesOf, unrecordedTraces } from './traces/traces.ts';

/** Starts what the configuration asks for. What cannot be started is left out and listed. */
export async function start(
  config: ObservabilityConfig,
  invalid: readonly Problem[],
  loader: SdkLoader,
): Promise<Handle> {
  const problems = [...invalid];
  const off = (served: Served = {}): Handle =>
    new Handle({ ...served, state: 'noop', problems, shutdownTimeoutMs: config.shutdownTimeoutMs });
  if (!config.isEnabled) return off();
  const sdk = await loaded(
    () => loader.load(),
    SDK_PACKAGES,
    problems,
    () => (isHosted(findHost()) ? 'metricsText() and /metrics' : 'telemetry'),
  );
  const host = findHost(); // after the wait: a host may have registered its providers meanwhile
  const isAttached = isHosted(host);
  if (sdk === undefined && !isAttached) return off(await serve(undefined, config, problems)); // the live page needs no SDK
  const hostMeter = host.hasMetrics ? metrics.getMeter(SCOPE) : undefined;
  const counts = new Counts({ maxDimensionValues: config.metrics.maxDimensionValues, hostMeter });
  const resources =
    isAttached || sdk === undefined
      ? attach(host, config, counts, sdk, problems)
      : await own(config, counts, { ...(await optionalFor(config, loader, problems)), sdk }, problems);
  const served = isServed(config, host) ? await serve(resources.metrics?.page, config, problems) : {};
  const state = isAttached ? 'attached' : problems.length === 0 ? 'active' : 'degraded';
  const {
    shutdownTimeoutMs,
    metrics: { token: metricsToken },
  } = config;
  const handle = new Handle({ ...resources, ...served, state, problems, shutdownTimeoutMs, metricsToken });
  for (const one of STATES) counts.table.set(SELF.state, [one], one === state ? 1 : 0);
  counts.table.onRead(() => counts.table.set(SELF.problems, [], handle.problems.length));
  return handle;
}

function isHosted({ hasTraces, hasMetrics }: Host): boolean {
  return hasTraces || hasMetrics;
}

/** The packages of OpenTelemetry that were loaded for a configuration. */
interface Loaded {
  readonly sdk: Sdk;
  /** Undefined if no span is recorded. */
  readonly traceSdk: TraceSdk | undefined;
  /** Undefined if nothing is sent to a collector. */
  readonly otlpSdk: OtlpSdk | undefined;
}

async function own(
  config: ObservabilityConfig,
  counts: Counts,
  { sdk, traceSdk, otlpSdk }: Loaded,
  problems: Problem[],
): Promise<Resources> {
  const resource = resourceAttributesOf(config);
  const scope = ownScope();
  const cut = new AbortController();
  const report = (problem: Problem): void => {
    if (!problems.some(({ message }) => message === problem.message)) problems.push(problem); // each signal has its own connection
  };
  const sending: Sending | undefined = otlpSdk && { sdk: otlpSdk, signal: cut.signal, report };
  const measured: Metrics = metricsOf(sdk, resource, config, counts, sending);
  let registration: Registration | undefined;
  try {
    const parts = traceSdk && { sdk: traceSdk, resource, scope, counts, sending };
    const traces: Traces = parts === undefined ? unrecordedTraces() : tracesOf(parts, config.traces);
    registration = registerGlobals(sdk, {
      tracers: traces.provider,
      meters: measured.provider,
      loadCore: traceSdk === undefined ? sdk.loadCore : () => traceSdk.core,
    });
    problems.push(...refusals(registration), ...unsent(config, traces));
    const stopTelemetry = startTelemetry({
      counts,
      tracer: traces.tracer,
      level: config.traces.level,
      ...config.traces.settings,
    });
    const release = (): void => {
      cut.abort();
      stopTelemetry();
      registration?.undo();
    };
    return { metrics: measured, traces, release };
  } catch (error) {
    registration?.undo();
    await succeedsWithin(config.shutdownTimeoutMs, () => measured.provider.shutdown());
    cut.abort();
    throw error;
  }
}

function refusals({ refused }: Registration): readonly Problem[] {
  if (refused.length === 0) return [];
  const topics = refused.join(', ');
  return [
    new Problem('host', `another version of @opentelemetry/api holds ${topics}: spans may not nest as they should`),
  ];
}

/** A host samples and sends its telemetry itself. */
function unusedIn({ ownOnly }: TracesConfig): readonly Problem[] {
  if (ownOnly.length === 0) return [];
  return [new Problem('host', `the process has providers of its own, so ${ownOnly.join(', ')} had no effect`)];
}

/** Spans that are recorded and go nowhere are a mistake where real users are. */
function unsent(
  { traces: { isExporterExpected, level } }: ObservabilityConfig,
  { goesNowhere }: Traces,
): readonly Problem[] {
  if (!isExporterExpected || !goesNowhere || level === 'off') return [];
  const advice = "set otlp or OTEL_EXPORTER_OTLP_ENDPOINT, or turn them off with level: 'off'";
  return [new Problem('otlp', `no span is sent anywhere, because no collector is set: ${advice}`)];
}

/** Uses what the host has registered, and registers nothing; the page of metrics is private to us. */
function attach(
  host: Host,
  config: ObservabilityConfig,
  counts: Counts,
  sdk: Sdk | undefined,
  problems: Problem[],
): Resources {
  const measured =
    sdk === undefined ? undefined : metricsOf(sdk, resourceAttributesOf(config), config, counts, undefined);
  if (!host.hasTraces) {
    problems.push(new Problem('host', 'the process has a meter provider but no tracer provider: nothing is traced'));
  } else if (!host.hasContext) {
    problems.push(new Problem('host', 'the process has a tracer provider but no context manager: spans do not nest'));
  }
  problems.push(...unusedIn(config.traces));
  const scope = ownScope();
  const release = startTelemetry({
    counts,
    tracer: host.hasTraces ? trace.getTracerProvider().getTracer(scope.name, scope.version, scope) : undefined,
    level: config.traces.level,
    ...config.traces.settings,
  });
  return { metrics: measured, release };
}

/** A host that reads metrics itself has them already; our own port is opened only on request. */
function isServed({ metrics: { prometheus } }: ObservabilityConfig, host: Host): boolean {
  return prometheus !== undefined && (!host.hasMetrics || prometheus.isExplicit);
}

/** What is being served. */
type Served = Pick<Resources, 'server' | 'livePage'>;

/** @param page - undefined without the SDK: then the live page alone is served */
async function serve(page: MetricsPage | undefined, config: ObservabilityConfig, problems: Problem[]): Promise<Served> {
  const { prometheus } = config.metrics;
  if (prometheus === undefined || (page === undefined && config.dashboard === 'off')) return {};
  const { port, host } = prometheus;
  if (port === undefined) {
    problems.push(new Problem('prometheus', '/metrics is not served, because prometheusPort is not a port'));
    return {};
  }
  const livePage = await livePageOf(config, `${host}:${port}`, problems);
  if (page === undefined && livePage === undefined) return {};
  try {
    const handler = checkingHost(
      host,
      atMetricsPath(metricsHandler(page?.write ?? noMetrics, config.metrics.token), livePage?.listener),
    );
    return { server: await startServer(handler, { port, host }), livePage };
  } catch (error) {
    livePage?.close();
    const reason =
      error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
        ? 'the port is in use; stop what uses it, or give each process its own with prometheusPort or OTEL_EXPORTER_PROMETHEUS_PORT'
        : messageOf(error);
    const what = page === undefined ? 'the dashboard' : '/metrics';
    problems.push(new Problem('prometheus', `${what} is not served on ${host}:${port}: ${reason}`));
    return {};
  }
}

async function noMetrics(): Promise<never> {
  throw new Error('there are no metrics because the OpenTelemetry SDK is not installed');
}

async function livePageOf(
  { dashboard, metrics: { prometheus }, service }: ObservabilityConfig,
  address: string,
  problems: Problem[],
): Promise<LivePage | undefined> {
  if (dashboard === 'off') return undefined;
  const fail = (reason: string): undefined => {
    if (dashboard === 'on') problems.push(new Problem('dashboard', `the dashboard is not served: ${reason}`));
    return undefined;
  };
  if (prometheus !== undefined && !isLoopback(prometheus.host)) {
    return fail(`${prometheus.host} is not loopback; startDashboard({ host }) of tta-dashboard serves it with a token`);
  }
  try {
    return await loadLivePage({ name: service.name, address, problems: () => problems.map(({ message }) => message) });
  } catch (error) {
    return fail(isMissingPackage(error) ? 'npm install tta-dashboard' : messageOf(error));
  }
}

/** Loads only what the configuration needs, because each package costs time at the start. */
async function optionalFor(
  { traces, metrics: measured }: ObservabilityConfig,
  loader: SdkLoader,
  problems: Problem[],
): Promise<Omit<Loaded, 'sdk'>> {
  const isSent = traces.otlp !== undefined || measured.otlp !== undefined;
  const otlpSdk = isSent ? await loaded(() => loader.loadOtlp(), OTLP_PACKAGES, problems) : undefined;
  const isRecorded = areSpansRecorded(otlpSdk === undefined ? { ...traces, otlp: undefined } : traces);
  const traceSdk = isRecorded ? await loaded(() => loader.loadTraces(), SDK_PACKAGES, problems) : undefined;
  return { traceSdk, otlpSdk };
}

async function loaded<T>(
  load: () => Promise<T>,
  packages: readonly string[],
  problems: Problem[],
  purposeOf = () => 'telemetry',
): Promise<T | undefined> {
  try {
    return await load();
  } catch (error) {
    const install = `npm install ${packages.join(' ')}`;
    problems.push(
      isMissingPackage(error)
        ? new Problem(
            'missing_package',
            `OpenTelemetry is not installed (${messageOf(error)}); for ${purposeOf()}: ${install}`,
          )
        : new Problem('failed', `OpenTelemetry cannot be loaded: ${messageOf(error)}`),
    );
    return undefined;
  }
}
