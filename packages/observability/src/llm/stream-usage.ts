import { streamReader } from './dialects/registry.ts';
import type { Usage } from './money/usage.ts';

/** Gathers the usage of one stream, chunk by chunk. */
export class StreamUsage {
  readonly #reader = streamReader();

  /** Reads a chunk, whatever it is; never throws. */
  add(chunk: unknown): void {
    this.#reader.add(chunk);
  }

  /** The usage of the whole answer, once the stream has stated it. */
  get usage(): Usage | undefined {
    return this.#reader.reading()?.usage;
  }

  /** The model that answers, from the first chunk that names it. */
  get model(): string | undefined {
    return this.#reader.reading()?.model;
  }
}
