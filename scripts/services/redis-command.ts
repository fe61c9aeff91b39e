import { createClient } from '@redis/client';

/** Sends one command on a connection of its own, for set-up and for looking at what a server has. @throws what the server says */
export async function redisCommand(url: string, ...command: string[]): Promise<unknown> {
  const client = createClient({ url, RESP: 2, disableClientInfo: true, socket: { reconnectStrategy: false } });
  client.on('error', () => {}); // the command says it
  try {
    await client.connect();
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}

/** Asks until the answer is as it should be. @throws Error naming what was waited for */
export async function eventually(what: string, isTrue: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
  const dueAt = performance.now() + withinMs;
  while (!(await isTrue().catch(() => false))) {
    if (performance.now() > dueAt) throw new Error(`it took more than ${withinMs} ms until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
