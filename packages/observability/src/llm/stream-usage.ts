import { field, soberly } from './fields.ts';
import type { Usage } from './money/usage.ts';
import { messageOfStart, messageUsage, modelInAnswer, usageInAnswer } from './usage-shapes.ts';

/**
 * Gathers the usage of one stream, chunk by chunk.
 *
 * The last usage counts, because providers that repeat it count upwards. Anthropic's is told in two parts, the input when the
 * message starts and the output with its deltas.
 */
export class StreamUsage {
  #usage: Usage | undefined;
  #model: string | undefined;
  #startUsage: unknown;

  /** Reads a chunk, whatever it is; never throws. */
  add(chunk: unknown): void {
    soberly(() => this.#read(chunk));
  }

  /** The usage of the whole answer, once the stream has told it. */
  get usage(): Usage | undefined {
    return this.#usage;
  }

  /** The model that answers, from the first chunk that names it. */
  get model(): string | undefined {
    return this.#model;
  }

  #read(chunk: unknown): void {
    this.#model ??= modelInAnswer(chunk);
    this.#startUsage ??= field(messageOfStart(chunk), 'usage');
    const usage = field(chunk, 'type') === 'message_delta' ? this.#deltaUsage(chunk) : usageInAnswer(chunk);
    this.#usage = usage ?? this.#usage;
  }

  #deltaUsage(delta: unknown): Usage | undefined {
    const told = Object.entries((field(delta, 'usage') ?? {}) as object).filter(([, value]) => value != null);
    return messageUsage({ ...(this.#startUsage as object | undefined), ...Object.fromEntries(told) });
  }
}
