import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A process that reads orders from its input, one a line, and writes what came of each. It writes `ready` first. */
export class ObeyingProcess<Orders, Outcomes> {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  }

  /** Resolves when the process is ready. */
  static async start<Orders, Outcomes>(
    file: URL,
    parameters: readonly string[],
  ): Promise<ObeyingProcess<Orders, Outcomes>> {
    const started = new ObeyingProcess<Orders, Outcomes>(
      spawn(process.execPath, ['--conditions=tta-source', file.pathname, ...parameters], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
    const line: unknown = (await started.#lines.next()).value;
    if (line !== 'ready') throw new Error(`${file.pathname} did not start: ${String(line)}`);
    return started;
  }

  async obey(orders: Orders): Promise<Outcomes> {
    this.#child.stdin.write(`${JSON.stringify(orders)}\n`);
    return JSON.parse((await this.#lines.next()).value) as Outcomes;
  }

  async stop(): Promise<void> {
    this.#child.kill();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
  }
}
