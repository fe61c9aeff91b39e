import { basename } from 'node:path';
import { nameOption, readOptions } from 'tta-dev-primitives/internal';
import { Observations } from './data/observations.ts';
import { DASHBOARD_RULES } from './options.ts';
import { type RunningDashboard, type ServeOptions, serve, serveRules } from './serve.ts';
import { DashboardServer } from './server/dashboard-server.ts';
import { addLedger } from './sources/ledger/add-ledger.ts';
import { OtlpReceiver } from './sources/otlp/receive.ts';

export interface OpenDashboardOptions extends ServeOptions {
  /** The ledger to show: a file of JSON lines. @defaultValue the spans that programs send to `/v1/traces` of the same server */
  readonly ledger?: string | undefined;
  /** How many of the newest requests are in the table. @defaultValue 10_000 */
  readonly maxRequests?: number | undefined;
  readonly maxConnections?: number | undefined;
}

const { maxRequests, maxConnections, token } = DASHBOARD_RULES;

/** The port to which OpenTelemetry's exporters send over HTTP by default. */
const OTLP_PORT = 4318;

const RULES = { ledger: nameOption, maxRequests, maxConnections, token, ...serveRules(OTLP_PORT) };

/**
 * Serves the page for other programs: of a ledger that one wrote, or of the spans that any send over OTLP/HTTP, as protocol buffers or JSON.
 * Calls of models are priced by the built-in list, unless their spans state what they cost.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @throws the error of the file if the ledger cannot be read, and of the server if it cannot listen
 * @example
 * ```ts
 * const { url, close } = await openDashboard({ port: 0 });
 * await fetch(new URL('v1/traces', url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"resourceSpans":[]}' });
 * await close();
 * ```
 */
export async function openDashboard(options: OpenDashboardOptions = {}): Promise<RunningDashboard> {
  const { ledger, ...settings } = readOptions('openDashboard', options, RULES);
  if (ledger === undefined) return openReceiver(settings);
  // Times in a ledger may be long past, so its newest request is taken for now.
  let newestAtMs = 0;
  const source = { kind: 'ledger', name: basename(ledger), address: ledger } as const;
  const observations = new Observations({ source, maxRequests: settings.maxRequests, now: () => newestAtMs });
  const problems = await addLedger(ledger, observations);
  newestAtMs = observations.lastRequestAtMs ?? Date.now();
  return serve(settings, (asked) => {
    const server = new DashboardServer(observations, { ...settings, basePath: '/', token: asked }, () => problems);
    return { handle: (request) => server.answer(request), close: () => server.close() };
  });
}

type Settings = Parameters<typeof serve>[0] & { readonly maxRequests: number; readonly maxConnections: number };

function openReceiver(settings: Settings): Promise<RunningDashboard> {
  const address = `${settings.host}:${settings.port}`;
  const source = { kind: 'otlp', name: 'OTLP', address } as const;
  const observations = new Observations({ source, maxRequests: settings.maxRequests, now: Date.now });
  const receiver = new OtlpReceiver(observations);
  return serve(settings, (token) => {
    const server = new DashboardServer(observations, { ...settings, basePath: '/', token }, () => [], receiver);
    return {
      handle: (request) => server.answer(request),
      close: () => {
        receiver.flush();
        server.close();
      },
    };
  });
}
