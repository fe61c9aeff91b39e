import { request } from 'node:http';
import { afterEach, expect, it, vi } from 'vitest';
import { askAll, cached, router } from './__fixtures__/workflow.ts';
import { Observations } from './data/observations.ts';
import type { RunningDashboard } from './serve.ts';
import { Board } from './server/board.ts';
import { EventStreams } from './server/event-streams.ts';
import { observeProcess } from './sources/process/observe-process.ts';
import { type StartDashboardOptions, startDashboard } from './start-dashboard.ts';
import type { StateEvent } from './wire/index.ts';

const running: RunningDashboard[] = [];

afterEach(async () => {
  for (const { close } of running.splice(0)) await close();
});

async function start(options: StartDashboardOptions = {}): Promise<RunningDashboard> {
  const started = await startDashboard({ port: 0, ...options });
  running.push(started);
  return started;
}

/** The events of a page, one at a time. */
async function follow(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  const next = async (): Promise<StateEvent> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        return JSON.parse(event.slice(event.indexOf('data: ') + 6)) as StateEvent;
      }
      const { value, done } = await reader.read();
      if (done) throw new Error('the stream has ended');
      text += decoder.decode(value, { stream: true });
    }
  };
  const until = async (isIt: (event: StateEvent) => boolean): Promise<StateEvent> => {
    for (;;) {
      const event = await next();
      if (isIt(event)) return event;
    }
  };
  return { status: response.status, until, next, leave: () => reader.cancel() };
}

it('pushes what happens, and goes on from the cursor of a page that comes back', async () => {
  const { url } = await start();
  const page = await follow(`${url}api/events?screen=requests`);
  const first = await page.next();
  await askAll(cached(router()), ['hi', 'hello']);
  const event = await page.until(({ status }) => status.requests === 2);
  await page.leave();
  await askAll(cached(router()), ['a long question']);
  const back = await follow(`${url}api/events?screen=requests`, { 'last-event-id': event.cursor });
  const missed = await back.next();
  expect([first.rows, missed.isReset]).toEqual([[], undefined]);
  expect(missed.rows?.map(({ seq }) => seq)).toEqual([3]);
  const stranger = await follow(`${url}api/events?screen=requests&cursor=another.1`);
  expect((await stranger.next()).isReset).toBe(true);
});

/** The states that are pushed to a page of this process, on timers that a test moves. */
class PushedStates implements Disposable {
  readonly states: StateEvent[] = [];
  readonly #streams: EventStreams;
  readonly #stop: () => void;

  constructor() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const source = { kind: 'process', name: '', address: '' } as const;
    const observations = new Observations({ source, maxRequests: 9, now: Date.now });
    this.#stop = observeProcess(observations);
    this.#streams = new EventStreams(observations, 1);
    const stream = this.#streams.open(new Board(observations, () => []).follow('overview', {}, undefined));
    void this.#read(stream as ReadableStream<Uint8Array>);
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const bytes of stream) {
      const [, data] = new TextDecoder().decode(bytes).split('data: ');
      if (data !== undefined) this.states.push(JSON.parse(data) as StateEvent);
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#streams.close();
    vi.useRealTimers();
  }
}

it('pushes a fault of the provider within a quarter of a second, without being asked', async () => {
  using pushed = new PushedStates();
  await vi.advanceTimersByTimeAsync(0);
  const down = () => {
    throw Object.assign(new Error('overloaded'), { status: 529 });
  };
  await askAll(router(down, { fallback: false }), ['a long question']);
  await vi.advanceTimersByTimeAsync(250);
  expect(pushed.states.at(-1)).toMatchObject({ screen: 'overview', data: { newest: [{ status: 'error' }] } });
});

it('pushes four states a second, however much happens', async () => {
  using pushed = new PushedStates();
  await vi.advanceTimersByTimeAsync(0);
  const before = pushed.states.length;
  for (let ms = 0; ms < 1_000; ms += 10) {
    await askAll(router(), ['hi']);
    await vi.advanceTimersByTimeAsync(10);
  }
  expect([before, pushed.states.length - before]).toEqual([1, 4]);
});

it('has room for so many pages, and for the next one when one was closed', async () => {
  const { url } = await start({ maxConnections: 1 });
  const page = await follow(`${url}api/events`);
  await page.next();
  expect((await fetch(`${url}api/events`)).status).toBe(503);
  await page.leave();
  await expect.poll(async () => (await follow(`${url}api/events`)).status).toBe(200);
});

it('is read-only, and has a strict policy for what the page may load', async () => {
  const { url } = await start();
  const refused = await fetch(`${url}api/status`, { method: 'POST', body: '{}' });
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  const response = await fetch(`${url}api/status`, { method: 'HEAD' });
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  expect([response.status, await response.text()]).toEqual([200, '']);
});

it('refuses another Host on loopback', async () => {
  const { url } = await start();
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  request(`${url}api/status`, { headers: { host: 'evil.example' } }, (response) => resolve(response.statusCode)).end();
  expect(await promise).toBe(403);
});

it('makes up a token for other addresses than loopback', async () => {
  const { url } = await start({ host: '0.0.0.0' });
  const { origin, searchParams } = new URL(url);
  expect((await fetch(`${origin}/api/status`)).status).toBe(401);
  const token = searchParams.get('token');
  const shown = await fetch(`${origin}/api/status`, { headers: { authorization: `Bearer ${token}` } });
  expect([shown.status, token?.length]).toEqual([200, 32]);
});

it('rejects when the port is taken, and observes nothing then', async () => {
  const { url } = await start();
  await expect(startDashboard({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
