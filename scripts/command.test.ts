import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { foreignEnvironment, run, runToEnd, whenQuiet } from './command.ts';

const cwd = import.meta.dirname;
const node = process.execPath;

/** A program that starts another one, tells its id, and waits for ever. */
const PARENT = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'], { stdio: 'ignore' });
  console.log(child.pid);
  setInterval(() => {}, 1_000);
`;

async function hasEnded(pid: number): Promise<boolean> {
  for (let turn = 0; turn < 100; turn += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(20); // a real process ends in real time
  }
  return false;
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
    const reason = new Error('interrupted');
    const ended = runToEnd(node, ['-e', PARENT], { cwd, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 500);
    await expect(ended).rejects.toBe(reason);
  });

  it('leaves no child of an ended command behind', async () => {
    const { stdout } = await runToEnd(node, ['-e', PARENT], { cwd, timeoutMs: 500 });
    expect(await hasEnded(Number(stdout))).toBe(true);
  });
});

describe('foreignEnvironment', () => {
  it('takes away what would change how another project behaves, and nothing else', () => {
    vi.stubEnv('NODE_ENV', 'test');
    vi.stubEnv('OTEL_SERVICE_NAME', 'mine');
    vi.stubEnv('npm_package_name', 'mine');
    vi.stubEnv('KEPT', 'yes');
    const removed = Object.keys(foreignEnvironment());
    expect(removed).toEqual(expect.arrayContaining(['NODE_ENV', 'OTEL_SERVICE_NAME', 'npm_package_name']));
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
