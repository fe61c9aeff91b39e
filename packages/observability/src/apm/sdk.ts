import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { importPeer } from '../optional-peer.ts';

/**
 * The packages of OpenTelemetry that a telemetry of our own is built from; only their types are known before they are loaded. What
 * most processes do not need is loaded when it is needed first, because loading these packages is most of the time that a start takes.
 */
export interface Sdk {
  readonly contexts: typeof import('@opentelemetry/context-async-hooks');
  /** Loads what collects the instruments of users. */
  readonly loadMetrics: () => MetricsSdk;
  readonly loadResources: () => ResourcesSdk;
  /** Loads what reads and writes the headers of requests between services. */
  readonly loadCore: () => CoreSdk;
}

export type MetricsSdk = typeof import('@opentelemetry/sdk-metrics');
export type ResourcesSdk = typeof import('@opentelemetry/resources');
export type CoreSdk = typeof import('@opentelemetry/core');

/** What records spans. */
export interface TraceSdk {
  readonly traces: typeof import('@opentelemetry/sdk-trace');
  readonly resources: ResourcesSdk;
  readonly core: CoreSdk;
}

/** What sends telemetry to a collector. */
export interface OtlpSdk {
  readonly sdkMetrics: MetricsSdk;
  readonly resources: ResourcesSdk;
  readonly traces: typeof import('@opentelemetry/exporter-trace-otlp-proto');
  readonly metrics: typeof import('@opentelemetry/exporter-metrics-otlp-proto');
}

/** Loads what is optional, when it is wanted. */
export interface SdkLoader {
  /** @throws an error with the code `ERR_MODULE_NOT_FOUND` if one of `SDK_PACKAGES` is not installed */
  load(): Promise<Sdk>;
  loadTraces(): Promise<TraceSdk>;
  loadOtlp(): Promise<OtlpSdk>;
}

/** Loads the packages as they are installed beside this one. */
export const installedSdk: SdkLoader = {
  async load() {
    const url = typeof __filename === 'string' ? pathToFileURL(__filename).href : import.meta.url; // a CommonJS bundle has no URL
    packageLoader('@opentelemetry/sdk-trace', url); // looked for, and loaded only where spans are recorded
    return {
      contexts: await importPeer<Sdk['contexts']>('@opentelemetry/context-async-hooks'),
      loadMetrics: packageLoader<MetricsSdk>('@opentelemetry/sdk-metrics', url),
      loadResources: packageLoader<ResourcesSdk>('@opentelemetry/resources', url),
      loadCore: packageLoader<CoreSdk>('@opentelemetry/core', url),
    };
  },
  async loadTraces() {
    const [traces, resources, core] = await Promise.all([
      importPeer<TraceSdk['traces']>('@opentelemetry/sdk-trace'),
      importPeer<ResourcesSdk>('@opentelemetry/resources'),
      importPeer<CoreSdk>('@opentelemetry/core'),
    ]);
    return { traces, resources, core };
  },
  async loadOtlp() {
    const [sdkMetrics, resources, traces, metrics] = await Promise.all([
      importPeer<MetricsSdk>('@opentelemetry/sdk-metrics'),
      importPeer<ResourcesSdk>('@opentelemetry/resources'),
      importPeer<OtlpSdk['traces']>('@opentelemetry/exporter-trace-otlp-proto'),
      importPeer<OtlpSdk['metrics']>('@opentelemetry/exporter-metrics-otlp-proto'),
    ]);
    return { sdkMetrics, resources, traces, metrics };
  },
};

/**
 * Finds a package, and loads it when the result is called, which does not wait for an import.
 *
 * @param from - the URL of the file that the package is looked for from; if that file does not exist, as in a bundle built on another
 *   machine, the folder of the program and the working directory are used
 * @throws an error with the code `ERR_MODULE_NOT_FOUND` if the package is not installed
 */
export function packageLoader<Package>(name: string, from: string): () => Package {
  // webpack warns of a `createRequire` that it sees imported.
  const { createRequire } = process.getBuiltinModule('node:module');
  try {
    const isHere = existsSync(new URL(from));
    const require = createRequire(isHere ? from : `${process.cwd()}/`);
    const file = require.resolve(name, isHere ? {} : { paths: [dirname(process.argv[1] ?? ''), process.cwd()] });
    return () => require(file) as Package;
  } catch (cause) {
    throw Object.assign(new Error(`Cannot find package '${name}'`, { cause }), { code: 'ERR_MODULE_NOT_FOUND' });
  }
}

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
