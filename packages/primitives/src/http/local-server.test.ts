import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { startServer } from './local-server.ts';

/** The servers and connections that keep this process alive. */
const keptAlive = (): readonly string[] => process.getActiveResourcesInfo().filter((name) => /^TCP/.test(name));

afterEach(() => expect.poll(() => keptAlive()).toEqual([]));

it.each([
  [false, []],
  [true, ['TCPServerWrap']],
])('keeps the process alive if it is asked to: %s', async (keepsAlive, kept) => {
  const server = await startServer(() => {}, { port: 0, host: '127.0.0.1', keepsAlive });
  expect(keptAlive()).toEqual(kept);
  await server.close();
});

it('keeps no process alive for a connection', async () => {
  let arrived = (): void => {};
  const request = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const server = await startServer(() => arrived(), { port: 0, host: '127.0.0.1' });
  const client = connect(Number(new URL(server.origin).port), '127.0.0.1');
  await once(client, 'connect');
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await request;
  client.unref();
  expect(keptAlive()).toEqual([]);
  client.destroy();
  await server.close();
});
