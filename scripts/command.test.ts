import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type CommandOptions, foreignEnvironment, run, runToEnd, whenQuiet } from './command.ts';

const cwd = import.meta.dirname;
const node = process.execPath;

/** Longer than a process takes to start on a busy machine. */
const PATIENT_MS = 100_000;

/** A program that starts another one, which holds a connection to a port as long as it runs. */
const PARENT = `
  const { spawn } = require('node:child_process');
  const code = "require('node:net').connect(Number(process.argv[1]), '127.0.0.1').resume()";
  spawn(process.execPath, ['-e', code, process.argv[1]], { stdio: 'ignore' });
  setInterval(() => {}, 1_000);
`;

/** Runs the program. @returns the end of the command, and of what it started */
async function runParent(options: Omit<CommandOptions, 'cwd'>) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const command = runToEnd(node, ['-e', PARENT, String(port)], { cwd, ...options });
  const [child] = (await once(server, 'connection')) as [Socket];
  server.close();
  return { command, childEnded: once(child.resume(), 'close') };
}

afterEach(() => vi.unstubAllEnvs());

describe('run', () => {
  it('gives what the command printed', async () => {
    expect(await run(node, ['-p', '1 + 1'], { cwd })).toBe('2\n');
  });

  it('throws what the command printed on both outputs when it fails', async () => {
    const failing = run(node, ['-e', "console.log('out'); console.error('err'); process.exit(3)"], { cwd });
    await expect(failing).rejects.toThrow(/exit code 3:\nout\n+err$/);
  });

  it('ends a command that has printed nothing for too long, and says so', async () => {
    const result = await runToEnd(node, ['-e', 'setInterval(() => {}, 1_000)'], { cwd, quietMs: 50 });
    expect(result).toMatchObject({ exitCode: 1, isStopped: true });
  });

  it('lets commands find the Node.js that runs them first', async () => {
    expect(await run('node', ['-p', 'process.execPath'], { cwd })).toBe(`${node}\n`);
  });
});

describe('runToEnd', () => {
  it('ends a command that takes too long', async () => {
    const { exitCode } = await runToEnd(node, ['-e', 'setInterval(() => {}, 1_000)'], { cwd, timeoutMs: 200 });
    expect(exitCode).toBe(1);
  });

  it('ends a command, and what it has started, when it is aborted', async () => {
    const controller = new AbortController();
    const { command, childEnded } = await runParent({ signal: controller.signal });
    const reason = new Error('interrupted');
    controller.abort(reason);
    await expect(command).rejects.toBe(reason);
    await childEnded;
  });

  it('leaves no child of an ended command behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { command, childEnded } = await runParent({ timeoutMs: PATIENT_MS });
      vi.advanceTimersByTime(PATIENT_MS);
      expect(await command).toMatchObject({ exitCode: 1, isStopped: true });
      await childEnded;
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('foreignEnvironment', () => {
  it('takes away what would change how another project behaves, and nothing else', () => {
    vi.stubEnv('NODE_ENV', 'test');
    vi.stubEnv('OTEL_SERVICE_NAME', 'mine');
    vi.stubEnv('NODE_COMPILE_CACHE', '/mine');
    vi.stubEnv('npm_package_name', 'mine');
    vi.stubEnv('KEPT', 'yes');
    const removed = Object.keys(foreignEnvironment());
    expect(removed).toEqual(
      expect.arrayContaining(['NODE_ENV', 'NODE_COMPILE_CACHE', 'OTEL_SERVICE_NAME', 'npm_package_name']),
    );
    expect(removed).not.toContain('KEPT');
    expect(removed).not.toContain('PATH');
  });
});

it('an output is quiet from its last chunk on', () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  try {
    const [output, quiet] = [new PassThrough(), vi.fn()];
    whenQuiet([new PassThrough(), output], 100, quiet);
    vi.advanceTimersByTime(90);
    output.emit('data', Buffer.from('.'));
    vi.advanceTimersByTime(90);
    expect(quiet).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10);
    expect(quiet).toHaveBeenCalledOnce();
  } finally {
    vi.useRealTimers();
  }
});
