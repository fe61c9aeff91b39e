import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/services/server-process.ts';

/** A server of another program on loopback. It ends with this process, however that ends. */
export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

export interface ServerPlan {
  readonly program: string;
  /** Files in the folder that the program works in, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The parameters, for a port and a folder of its own. */
  readonly parameters: (port: number, folder: string) => readonly string[];
  /** Answers with 200 once it is ready. */
  readonly readyPath: string;
}

/** Ends the program once standard input ends, that is when the process at its other end has ended. */
const KEEPER = '"$@" </dev/null >/dev/null 2>"$LOG" & server=$!; cat >/dev/null; kill -9 "$server"';

/** After so long it hangs. */
const READY_WITHIN_MS = 60_000;

/** Starts a program on a free port and waits until it is ready. @throws Error with what the program said if it ends or is never ready */
export async function startServer({ program, files, parameters, readyPath }: ServerPlan): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'tta-ops-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const port = await freePort();
  const keeper = spawn('sh', ['-c', KEEPER, 'keeper', program, ...parameters(port, folder)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, LOG: join(folder, 'log') },
    cwd: folder,
    detached: true, // an interrupt from the keyboard leaves the keeper to do its work
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    const ended = once(keeper, 'exit');
    keeper.stdin.end();
    await ended;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const dueAt = performance.now() + READY_WITHIN_MS;
  while (performance.now() < dueAt) {
    const isReady = await fetch(url + readyPath).then(
      ({ ok }) => ok,
      () => false, // it does not listen yet
    );
    if (isReady) return { url, stop };
    await sleep(50);
  }
  await stop();
  throw new Error(`${program} was not ready within ${READY_WITHIN_MS} ms`);
}
