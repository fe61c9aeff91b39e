import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { redisStore } from './redis-store.ts';

class FakeClient extends EventEmitter {
  readonly get = async (): Promise<null> => null;
  readonly set = async (): Promise<string> => 'OK';
  readonly del = async (): Promise<number> => 0;
}

it('keeps a client without an error listener from ending the process, until its last store is closed', async () => {
  const client = new FakeClient();
  const [first, second] = [redisStore({ client }), redisStore({ client })];
  expect(client.listenerCount('error')).toBe(1);
  expect(() => client.emit('error', new Error('gone'))).not.toThrow();
  await first.close();
  await first.close();
  expect(client.listenerCount('error')).toBe(1);
  await second.close();
  expect(client.listenerCount('error')).toBe(0);
});

it('adds no listener to a client that has one', async () => {
  const client = new FakeClient();
  client.on('error', () => {});
  const stores = Array.from({ length: 50 }, () => redisStore({ client }));
  for (const store of stores) await store.get('key');
  expect(client.listenerCount('error')).toBe(1);
});

it('adds its own when the client has lost the listener that it had', async () => {
  const client = new FakeClient();
  const own = (): void => {};
  client.on('error', own);
  const store = redisStore({ client });
  client.off('error', own);
  await store.get('key');
  expect(client.listenerCount('error')).toBe(1);
});

it('adds one listener in all to a client that cannot count them', async () => {
  let listeners = 0;
  const { get, set, del } = new FakeClient();
  const client = { get, set, del, on: () => (listeners += 1), off: () => (listeners -= 1) };
  const stores = Array.from({ length: 20 }, () => redisStore({ client }));
  for (const store of stores) await store.get('key');
  expect(listeners).toBe(1);
  for (const store of stores) await store.close();
  expect(listeners).toBe(0);
});
