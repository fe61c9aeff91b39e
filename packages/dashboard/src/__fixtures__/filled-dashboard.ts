import { readOptions, startServer } from 'tta-dev-primitives/internal';
import { Observations } from '../data/observations.ts';
import type { SeenRequest } from '../data/seen-request.ts';
import { DASHBOARD_RULES, type DashboardOptions } from '../options.ts';
import type { RunningDashboard } from '../serve.ts';
import { DashboardServer } from '../server/dashboard-server.ts';
import { listenerOf } from '../server/node-listener.ts';
import { observeProcess } from '../sources/process/observe-process.ts';

/** The last request began so long before now, and each one so long before the next. */
const APART_MS = 30;
const OPTIONS: DashboardOptions = {};

/**
 * Serves as many requests as are asked for: those that `work` makes, again and again, because a hundred thousand real ones take minutes. The last one
 * of `work` is the newest.
 */
export async function startFilled(
  count: number,
  work: () => Promise<void>,
): Promise<Pick<RunningDashboard, 'url' | 'close'>> {
  const source = { kind: 'process', name: 'shop-assistant', address: 'the test' } as const;
  const observations = new Observations({ source, maxRequests: Math.max(1, count), now: Date.now });
  const replayed = await seenOf(work);
  const startAtMs = Date.now() - count * APART_MS;
  for (let at = 0; at < count; at += 1) {
    observations.begin();
    observations.end(
      movedTo(startAtMs + at * APART_MS, `request-${at}`, replayed.at((at - count) % replayed.length) as SeenRequest),
      true,
    );
  }
  const server = new DashboardServer(observations, readOptions('test', OPTIONS, DASHBOARD_RULES), () => []);
  const handle = Object.assign((request: Request) => server.answer(request), { close: () => server.close() });
  const { origin, close } = await startServer(listenerOf(handle), { port: 0, host: '127.0.0.1', keepsAlive: false });
  return {
    url: `${origin}/`,
    close: () => {
      server.close();
      return close();
    },
  };
}

/** The same request at another time. */
function movedTo(startedAtMs: number, id: string, request: SeenRequest): SeenRequest {
  const { names, states } = request;
  const byMs = startedAtMs - request.startedAtMs;
  return {
    ...request,
    names: { ...names, id },
    startedAtMs,
    states: states.length === 0 ? states : states.map((state) => ({ ...state, atMs: state.atMs + byMs })),
  };
}

/** What the observer of the process makes of the work. */
async function seenOf(work: () => Promise<void>): Promise<SeenRequest[]> {
  const source = { kind: 'process', name: '', address: '' } as const;
  const observations = new Observations({ source, maxRequests: 1, now: Date.now });
  const seen: SeenRequest[] = [];
  const stop = observeProcess(Object.assign(observations, { end: (request: SeenRequest) => seen.push(request) }));
  await work();
  stop();
  return seen;
}
