import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { FOLDER as BOARDS_FOLDER } from '../boards/files.ts';
import { substituteFor } from '../boards/substitute.ts';

/** A page that draws dashboards, on loopback. */
export interface PageServer {
  readonly url: string;
  close(): void;
}

export interface PageServerOptions {
  /** Where the bundle of the page is. */
  readonly bundleFolder: string;
  /** Where queries go. */
  readonly prometheusUrl: string;
  /** How much of the past panels show, in seconds. */
  readonly seconds: number;
}

const HTML =
  '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/main.css"><div id="root"></div><script type="module" src="/main.js"></script>';

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css' };

/** Serves the page at `/?board=UID`, its bundle, the committed dashboards, and the API of Prometheus. */
export async function servePage(options: PageServerOptions): Promise<PageServer> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(error.message);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: PageServerOptions): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/') {
    response.setHeader('content-type', 'text/html').end(HTML);
  } else if (pathname === '/board') {
    const file = join(BOARDS_FOLDER, `${searchParams.get('board')}.json`);
    response.end(JSON.stringify(shown(JSON.parse(await readFile(file, 'utf8')) as Dashboard, options.seconds)));
  } else if (pathname.startsWith('/api/v1/')) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const asked = { method: 'POST', headers, body: await text(request) };
    response.end(await (await fetch(`${options.prometheusUrl}${pathname}`, asked)).text());
  } else {
    const [, name = '', ending = ''] = /^\/(main)\.(js|css)$/.exec(pathname) ?? [];
    response.setHeader('content-type', TYPES[ending] ?? 'text/plain');
    response.end(name === '' ? '' : await readFile(join(options.bundleFolder, `${name}.${ending}`)));
  }
}

/** The dashboard as it is committed, with values in the place of its variables. */
function shown(dashboard: Dashboard, seconds: number): unknown {
  const substitute = substituteFor(dashboard, { rateInterval: '15s', range: `${seconds}s` });
  const { title, description, panels = [] } = dashboard;
  const to = Math.floor(Date.now() / 1_000);
  const asAsked = panels.map((panel) => {
    const { targets = [] } = panel as { targets?: readonly { expr: string }[] };
    return { ...panel, targets: targets.map((target) => ({ ...target, expr: substitute(target.expr) })) };
  });
  return { title, description, panels: asAsked, range: { from: to - seconds, to, step: 1 } };
}
