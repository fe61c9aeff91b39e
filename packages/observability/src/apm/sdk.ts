/** The packages of OpenTelemetry that a telemetry of our own is built from; only their types are known before they are loaded. */
export interface Sdk {
  readonly traces: typeof import('@opentelemetry/sdk-trace');
  readonly metrics: typeof import('@opentelemetry/sdk-metrics');
  readonly resources: typeof import('@opentelemetry/resources');
  readonly core: typeof import('@opentelemetry/core');
  readonly contexts: typeof import('@opentelemetry/context-async-hooks');
}

/** What sends telemetry to a collector. */
export interface OtlpSdk {
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
    const [traces, metrics, resources, core, contexts] = await Promise.all([
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/sdk-metrics'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/core'),
      import('@opentelemetry/context-async-hooks'),
    ]);
    return { traces, metrics, resources, core, contexts };
  },
  async loadOtlp() {
    const [traces, metrics] = await Promise.all([
      import('@opentelemetry/exporter-trace-otlp-proto'),
      import('@opentelemetry/exporter-metrics-otlp-proto'),
    ]);
    return { traces, metrics };
  },
};

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
