import { importPeer } from '../optional-peer.ts';

/** The packages of OpenTelemetry that a telemetry of our own is built from; only their types are known before they are loaded. */
export interface Sdk {
  readonly traces: typeof import('@opentelemetry/sdk-trace');
  /** Loads what collects the instruments of users. Most processes have none, and start faster without it. */
  readonly loadMetrics: () => MetricsSdk;
  readonly resources: typeof import('@opentelemetry/resources');
  readonly core: typeof import('@opentelemetry/core');
  readonly contexts: typeof import('@opentelemetry/context-async-hooks');
}

export type MetricsSdk = typeof import('@opentelemetry/sdk-metrics');

/** What sends telemetry to a collector. */
export interface OtlpSdk {
  readonly sdkMetrics: MetricsSdk;
  readonly traces: typeof import('@opentelemetry/exporter-trace-otlp-proto');
  readonly metrics: typeof import('@opentelemetry/exporter-metrics-otlp-proto');
}

/** Loads what is optional, when it is wanted. */
export interface SdkLoader {
  load(): Promise<Sdk>;
  loadOtlp(): Promise<OtlpSdk>;
}

/** Loads the packages as they are installed beside this one. */
export const installedSdk: SdkLoader = {
  async load() {
    const loadMetrics = metricsLoader(import.meta.url);
    const [traces, resources, core, contexts] = await Promise.all([
      importPeer<Sdk['traces']>('@opentelemetry/sdk-trace'),
      importPeer<Sdk['resources']>('@opentelemetry/resources'),
      importPeer<Sdk['core']>('@opentelemetry/core'),
      importPeer<Sdk['contexts']>('@opentelemetry/context-async-hooks'),
    ]);
    return { traces, loadMetrics, resources, core, contexts };
  },
  async loadOtlp() {
    const [sdkMetrics, traces, metrics] = await Promise.all([
      importPeer<MetricsSdk>(METRICS_PACKAGE),
      importPeer<OtlpSdk['traces']>('@opentelemetry/exporter-trace-otlp-proto'),
      importPeer<OtlpSdk['metrics']>('@opentelemetry/exporter-metrics-otlp-proto'),
    ]);
    return { sdkMetrics, traces, metrics };
  },
};

/**
 * Loads the package when a meter is asked for, which does not wait for an import.
 *
 * @param from - the file that the package is looked for from
 * @throws an error with the code `ERR_MODULE_NOT_FOUND` if the package is not installed
 */
export function metricsLoader(from: string): () => MetricsSdk {
  // webpack warns of a `createRequire` that it sees imported.
  const require = process.getBuiltinModule('node:module').createRequire(from);
  try {
    require.resolve(METRICS_PACKAGE);
  } catch (cause) {
    const message = `Cannot find package '${METRICS_PACKAGE}'`;
    throw Object.assign(new Error(message, { cause }), { code: 'ERR_MODULE_NOT_FOUND' });
  }
  return () => require(METRICS_PACKAGE) as MetricsSdk;
}

const METRICS_PACKAGE = '@opentelemetry/sdk-metrics';

/** One set that is known to work together; a tree of mixed majors is the usual reason why a start fails. */
export const SDK_PACKAGES = [
  '@opentelemetry/sdk-trace@^3.1.0',
  '@opentelemetry/sdk-metrics@^3.1.0',
  '@opentelemetry/resources@^3.1.0',
  '@opentelemetry/core@^3.1.0',
  '@opentelemetry/context-async-hooks@^3.1.0',
] as const;

export const OTLP_PACKAGES = [
  '@opentelemetry/exporter-trace-otlp-proto@^0.301.0',
  '@opentelemetry/exporter-metrics-otlp-proto@^0.301.0',
] as const;

/** Whether an import failed because the package is not installed. */
export function isMissingPackage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}
