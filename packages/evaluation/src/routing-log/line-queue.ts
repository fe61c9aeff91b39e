import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { RoutingLogOutcome } from './facts.ts';
import type { RoutingLogLogger, RoutingLogSink } from './sink.ts';

/** A line on its way to the sink. */
interface QueuedLine {
  readonly text: string;
  readonly onEnd: (outcome: RoutingLogOutcome) => void;
}

/** One write takes no more lines than this, so what one failure costs is bounded. */
const BATCH_LINES = 100;

/**
 * Hands lines to a sink, one write at a time, and holds no more than it may: while the sink is slow, what does not fit is dropped. Nothing
 * here ever throws, rejects, or waits for a clock.
 */
export class LineQueue {
  readonly #sink: RoutingLogSink;
  readonly #maxBytes: number;
  readonly #logger: RoutingLogLogger | undefined;
  readonly #name: string;
  #lines: QueuedLine[] = [];
  #bytes = 0;
  #isLosing = false;
  #draining: Promise<void> | undefined;

  constructor(name: string, sink: RoutingLogSink, maxBytes: number, logger: RoutingLogLogger | undefined) {
    this.#name = name;
    this.#sink = sink;
    this.#maxBytes = maxBytes;
    this.#logger = logger;
  }

  get length(): number {
    return this.#lines.length;
  }

  /** Whether rows are being lost at present. */
  get isLosing(): boolean {
    return this.#isLosing;
  }

  /** @param onEnd - told once what became of the line */
  add(text: string, onEnd: QueuedLine['onEnd']): void {
    const bytes = Buffer.byteLength(text);
    if (this.#bytes + bytes > this.#maxBytes) {
      this.#loses('there is no room for more until it has been written');
      onEnd('dropped');
      return;
    }
    this.#bytes += bytes;
    this.#lines.push({ text, onEnd });
    this.#draining ??= this.#drain();
  }

  /** Fulfilled when everything that was added has been written or refused. */
  async flushed(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#lines.length > 0) {
      await new Promise((resolve) => setImmediate(resolve)); // what comes in one turn is written at once
      const batch = this.#lines.slice(0, BATCH_LINES);
      const text = batch.map((line) => line.text).join('');
      const outcome = await this.#write(text);
      this.#lines = this.#lines.slice(batch.length);
      this.#bytes -= Buffer.byteLength(text);
      for (const { onEnd } of batch) onEnd(outcome);
    }
    this.#draining = undefined;
  }

  async #write(text: string): Promise<RoutingLogOutcome> {
    try {
      await this.#sink.write(text);
    } catch (error) {
      this.#loses(reasonOf(error));
      return 'refused';
    }
    if (this.#isLosing) {
      this.#isLosing = false;
      this.#say('info', `${this.#name}: the routing log is written again`);
    }
    return 'written';
  }

  #loses(why: string): void {
    if (this.#isLosing) return;
    this.#isLosing = true;
    this.#say('warn', `${this.#name}: rows of the routing log are lost: ${why}`);
  }

  #say(level: keyof RoutingLogLogger, message: string): void {
    try {
      ignoreRejection(this.#logger?.[level](message));
    } catch {
      // a logger that fails must not fail what it tells of
    }
  }
}

/** The code of an error, because its message may quote what could not be written. */
function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'the sink has failed';
}
