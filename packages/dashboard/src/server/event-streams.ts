import type { Observations } from '../data/observations.ts';
import { EventStream, type StreamEvent } from './event-stream.ts';

/** The event streams that are open. */
export class EventStreams {
  readonly #most: number;
  readonly #open = new Set<EventStream>();
  readonly #unlisten: () => void;

  /** @param most - that are open at once */
  constructor(observations: Observations, most: number) {
    this.#most = most;
    this.#unlisten = observations.onChange(() => {
      for (const stream of this.#open) stream.changed();
    });
  }

  get size(): number {
    return this.#open.size;
  }

  /** @returns the body of the answer, or undefined when too many are open */
  open(next: () => StreamEvent): ReadableStream<Uint8Array> | undefined {
    if (this.#open.size >= this.#most) return undefined;
    const stream = new EventStream(next, (ended) => this.#open.delete(ended));
    this.#open.add(stream);
    return stream.body;
  }

  close(): void {
    this.#unlisten();
    for (const stream of [...this.#open]) stream.close();
  }
}
