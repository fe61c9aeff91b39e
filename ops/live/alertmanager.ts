import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { stringify } from 'yaml';
import { type Server, startServer } from './server.ts';

/** An alert as Alertmanager sends it to a webhook. */
export interface SentAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A running Alertmanager and everything that it has sent. */
export interface Alertmanager extends Server {
  readonly sent: readonly SentAlert[];
}

/** Starts an Alertmanager that sends each alert at once to a webhook of this process. */
export async function startAlertmanager(program: string): Promise<Alertmanager> {
  const sent: SentAlert[] = [];
  const webhook = createServer(async (request, response) => {
    const { alerts } = (await json(request)) as { alerts: readonly SentAlert[] };
    sent.push(...alerts);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(webhook, 'listening');
  const { port } = webhook.address() as AddressInfo;
  const server = await startServer({
    program,
    files: { 'alertmanager.yaml': configuration(`http://127.0.0.1:${port}/`) },
    parameters: (listenPort, folder) => [
      `--config.file=${folder}/alertmanager.yaml`,
      `--storage.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${listenPort}`,
      '--cluster.listen-address=',
    ],
    readyPath: '/-/ready',
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    webhook.closeAllConnections();
    webhook.close();
  };
  return { url: server.url, sent, stop };
}

function configuration(url: string): string {
  return stringify({
    route: { receiver: 'webhook', group_by: ['...'], group_wait: '0s', group_interval: '1s', repeat_interval: '1h' },
    receivers: [{ name: 'webhook', webhook_configs: [{ url, send_resolved: true }] }],
  });
}
