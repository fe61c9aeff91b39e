import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { codeOf, type Env, type Finding, WAIT_MS } from './finding.ts';

const METRICS_PORT = 9_464;

/** Whether the port of the metrics page is free. */
export async function portFinding(env: Env): Promise<Finding> {
  const port = Number(env['OTEL_EXPORTER_PROMETHEUS_PORT'] ?? METRICS_PORT);
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return { what: 'metrics port', state: 'ok', text: `127.0.0.1:${port} is free` };
  } catch (error) {
    const mend = `Stop what listens there, or take another one: initializeObservability({ prometheusPort: ${port + 1} }).`;
    return {
      what: 'metrics port',
      state: 'warning',
      text: `127.0.0.1:${port} cannot be used (${codeOf(error)})`,
      mend,
    };
  } finally {
    server.close();
  }
}

/** Whether something listens where telemetry is sent. */
export async function otlpFinding(env: Env): Promise<Finding> {
  const what = 'OTLP';
  const endpoint = env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  if (endpoint === undefined || endpoint === '') {
    return { what, state: 'skipped', text: 'OTEL_EXPORTER_OTLP_ENDPOINT is not set, so nothing is sent' };
  }
  if (!URL.canParse(endpoint)) {
    const mend = 'Give it as http://host:4318.';
    return { what, state: 'failed', text: 'OTEL_EXPORTER_OTLP_ENDPOINT is not a URL', mend };
  }
  const { hostname, port, protocol } = new URL(endpoint);
  const at = `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
  try {
    const startedAt = performance.now();
    await reach(hostname, Number(at.slice(at.lastIndexOf(':') + 1)));
    return { what, state: 'ok', text: `${at} answers in ${(performance.now() - startedAt).toFixed(0)} ms` };
  } catch (error) {
    const mend = 'Start the collector, or mend OTEL_EXPORTER_OTLP_ENDPOINT.';
    return { what, state: 'failed', text: `${at} cannot be reached (${codeOf(error)})`, mend };
  }
}

async function reach(host: string, port: number): Promise<void> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(WAIT_MS) });
  } finally {
    socket.destroy();
  }
}
