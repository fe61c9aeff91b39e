import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { root } from '../workspace.ts';

/** A demo that serves its live page. */
export interface DemoProcess {
  readonly url: string;
  stop(): Promise<void>;
}

const LINK = /Watch it live at (\S+)/;

/** Starts what `npm start` starts, on a free port, and keeps it sending requests until it is stopped. @throws Error if it prints no link */
export async function startDemo(): Promise<DemoProcess> {
  const child = spawn(
    process.execPath,
    ['--conditions=tta-source', 'packages/cli/src/main.ts', 'demo', '--keep', '--port', '0'],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const said: string[] = [];
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGINT');
    await once(child, 'exit');
  };
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    const url = LINK.exec(line)?.[1];
    if (url === undefined) continue;
    child.stderr.resume();
    return { url, stop };
  }
  await stop();
  throw new Error(`the demo printed no link to its page:\n${said.join('\n')}`);
}
