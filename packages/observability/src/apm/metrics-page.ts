import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import type { MetricReader } from '@opentelemetry/sdk-metrics';
import { isLoopback, isThisMachine } from 'tta-dev-primitives/internal';
import { messageOf } from './problem.ts';
import { withLabels } from './prometheus-labels.ts';
import type { Sdk } from './sdk.ts';

/** The text format of Prometheus, with the version that OpenTelemetry's own exporter leaves out. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Where the metrics are. */
export const METRICS_PATH = '/metrics';

/** How long a gauge of the user's own may take to be computed; then the page goes without it, well within a scrape's 10 s. */
const LONGEST_OBSERVATION_MS = 2_000;

/** The metrics as Prometheus reads them. */
export interface MetricsPage {
  /** Collects the metrics through this; give it to a meter provider. */
  readonly reader: MetricReader;
  /** @throws whatever the collection throws */
  text(): Promise<string>;
}

/** Makes a page of metrics; readers that come while one is being written share it. */
export function metricsPage(sdk: Sdk): MetricsPage {
  const { prometheus } = sdk;
  const reader = new prometheus.PrometheusExporter({ preventServerStart: true });
  // No scope labels, so every metric has only its documented labels.
  const serializer = new prometheus.PrometheusSerializer('', false, undefined, false, true);
  let writing: Promise<string> | undefined;
  const write = async (): Promise<string> => {
    try {
      const { resourceMetrics } = await reader.collect({ timeoutMillis: LONGEST_OBSERVATION_MS });
      const text = serializer.serialize(withLabels(resourceMetrics, sdk));
      return text.endsWith('\n') ? text : `${text}\n`;
    } finally {
      writing = undefined;
    }
  };
  return { reader, text: () => (writing ??= write()) };
}

/** Answers GET and HEAD with the page, wherever it is mounted; a page that cannot be collected is a 503. */
export function metricsHandler(text: () => Promise<string>): RequestListener {
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      respond(request, response, 405, 'only GET and HEAD are answered\n', { Allow: 'GET, HEAD' });
      return;
    }
    text().then(
      (page) => respond(request, response, 200, page),
      (error: unknown) => respond(request, response, 503, `# ${messageOf(error)}\n`),
    );
  };
}

/** Gives requests for `/metrics` to a handler, and every other one to `otherwise`. @defaultValue `otherwise`: a 404 */
export function atMetricsPath(handler: RequestListener, otherwise?: RequestListener): RequestListener {
  return (request, response) => {
    const [path] = (request.url ?? '/').split('?', 1);
    if (path === METRICS_PATH) handler(request, response);
    else if (otherwise !== undefined) otherwise(request, response);
    else respond(request, response, 404, `not found; the metrics are at ${METRICS_PATH}\n`);
  };
}

/**
 * Refuses requests that a page of the web makes through a name of its own, which it can point to this machine (DNS rebinding).
 *
 * @param host - the address that is listened on; unless it is loopback, every `Host` is answered
 */
export function checkingHost(host: string, handler: RequestListener): RequestListener {
  if (!isLoopback(host)) return handler;
  const shown = isIPv6(host) ? `[${host}]` : host;
  return (request, response) => {
    const { host: asked } = request.headers;
    const name = asked === undefined ? host : hostnameOf(asked);
    if (isThisMachine(name)) handler(request, response);
    else respond(request, response, 403, `the metrics are on loopback only; ask for http://${shown}, not for a name\n`);
  };
}

function hostnameOf(host: string): string {
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname : host;
}

function respond(
  { method }: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'Content-Type': CONTENT_TYPE, 'Content-Length': Buffer.byteLength(body), ...headers });
  response.end(method === 'HEAD' ? undefined : body);
}
