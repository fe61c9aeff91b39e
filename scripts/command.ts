import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import type { Readable } from 'node:stream';

export interface CommandOptions {
  readonly cwd: string;
  /** Added to the environment of this process; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Ends the command when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the command after this many milliseconds. @defaultValue 300_000 */
  readonly timeoutMs?: number | undefined;
  /** Ends the command when it has printed nothing for so many milliseconds, in place of `timeoutMs`. */
  readonly quietMs?: number | undefined;
  /** Called with the id of the command's process group when it has started. @returns the function to call when the command has ended */
  readonly onStart?: ((group: number) => () => void) | undefined;
}

/** What a caller that may be interrupted hands to every command it runs. */
export type Supervision = Pick<CommandOptions, 'signal' | 'onStart'>;

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether it was ended here, because its time was up. */
  readonly isStopped: boolean;
  /** The signal that ended the command, if one did. */
  readonly killedBy: NodeJS.Signals | undefined;
}

/** A command that failed, was killed, or ran out of time. */
class CommandError extends Error {
  readonly result: CommandResult;

  constructor(command: string, result: CommandResult) {
    const said = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-40).join('\n');
    super(`\`${command}\` ${endOf(result)}:\n${said}`);
    this.name = 'CommandError';
    this.result = result;
  }
}

function endOf({ isStopped, killedBy, exitCode }: CommandResult): string {
  if (isStopped) return 'ran out of time and was stopped';
  return killedBy === undefined ? `ended with exit code ${exitCode}` : `was killed by ${killedBy}`;
}

/** Runs a command to its end, whatever its exit code; it finds the very Node.js that runs this file first on its `PATH`. */
export function runToEnd(
  command: string,
  parameters: readonly string[],
  { cwd, env, signal, timeoutMs = 300_000, quietMs, onStart }: CommandOptions,
): Promise<CommandResult> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<CommandResult>();
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  // A group of its own, so that what a command has started (npm, a test runner, its workers) ends together with it.
  const child = spawn(command, parameters, { cwd, env: { ...process.env, PATH: path, ...env }, detached: true });
  const onEnd = child.pid === undefined ? undefined : onStart?.(child.pid);
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    } catch {
      // The group has ended by itself meanwhile.
    }
  };
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
    end();
  };
  const timer =
    quietMs === undefined ? setTimeout(stop, timeoutMs) : whenQuiet([child.stdout, child.stderr], quietMs, stop);
  signal?.addEventListener('abort', end, { once: true });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.on('error', reject);
  child.on('close', (code, killedBy) => {
    if (signal?.aborted === true) reject(signal.reason);
    const [printed, complained] = [stdout, stderr].map((chunks) => String(Buffer.concat(chunks))) as [string, string];
    const end = { exitCode: code ?? 1, isStopped, killedBy: killedBy ?? undefined };
    resolve({ ...end, stdout: printed, stderr: complained });
  });
  return promise.finally(() => {
    onEnd?.();
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  });
}

/** Calls back when nothing has come from any of the outputs for so long. */
export function whenQuiet(outputs: readonly Readable[], quietMs: number, onQuiet: () => void): NodeJS.Timeout {
  const timer = setTimeout(onQuiet, quietMs);
  for (const output of outputs) output.on('data', () => timer.refresh());
  return timer;
}

/** Runs a command and gives what it printed. @throws CommandError if its exit code is not 0 */
export async function run(command: string, parameters: readonly string[], options: CommandOptions): Promise<string> {
  const result = await runToEnd(command, parameters, options);
  if (result.exitCode !== 0) throw new CommandError([command, ...parameters].join(' '), result);
  return result.stdout;
}

/** What npm, the test runner and the shell say about this project, and a command in another project must not hear. */
const OF_THIS_PROJECT =
  /^(npm_(package|lifecycle|config_local_prefix)|INIT_CWD$|NODE_(OPTIONS|V8_COVERAGE|COMPILE_CACHE|ENV)$|VITEST|OTEL_|TTA_|ENVIRONMENT$|ENABLE_APM$)/;

/** The environment of a command that works in another project. */
export function foreignEnvironment(): Record<string, undefined> {
  const names = Object.keys(process.env).filter((name) => OF_THIS_PROJECT.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** Quiet, and from the cache where that suffices. */
const NPM_FLAGS = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];

/** Runs npm in another project. */
export function npmIn(
  cwd: string,
  [command = '', ...parameters]: readonly string[],
  options: Omit<CommandOptions, 'cwd'> = {},
): Promise<string> {
  const env = { ...foreignEnvironment(), ...options.env };
  return run('npm', [command, ...NPM_FLAGS, ...parameters], { ...options, cwd, env });
}
