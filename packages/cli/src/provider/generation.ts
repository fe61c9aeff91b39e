import { setTimeout as sleep } from 'node:timers/promises';
import { fractionOf } from '../workload/random.ts';
import { withAnswerLine } from './answer-line.ts';
import type { AnswerSize, Fault, ModelAnswer, ProviderModel } from './model.ts';

const MAX_PARTS = 12;
const TOKENS_PER_PART = 8;

const WORDS =
  'the answer follows from what was asked first then each step is checked against the one before and the result is stated plainly'.split(
    ' ',
  );

/** An answer being written: what it will say, when each part of it is due, and how much exists at any moment. */
export class Generation {
  readonly size: AnswerSize;
  readonly text: string;
  readonly #signal: AbortSignal;
  readonly #fault: Fault | undefined;
  readonly #firstTokenMs: number;
  readonly #writingMs: number;
  readonly #startedAt: number = performance.now();

  constructor(
    { name, firstTokenMs, tokensPerSecond }: ProviderModel,
    prompt: string,
    answer: ModelAnswer,
    fault: Fault | undefined,
    signal: AbortSignal,
  ) {
    const pace = 0.7 + 0.8 * fractionOf('pace', name, prompt); // calls differ, each the same in every run
    this.size = answer;
    this.text = textOf(answer);
    this.#signal = signal;
    this.#fault = fault;
    this.#firstTokenMs = fault?.kind === 'late' ? fault.afterMs : firstTokenMs * pace;
    this.#writingMs = fault?.kind === 'late' ? 0 : (answer.outputTokens / tokensPerSecond) * 1_000 * pace;
  }

  /** The whole text, once it is written. Rejects when the client leaves. */
  async whole(): Promise<string> {
    if (this.#fault?.kind === 'hang' || this.#fault?.kind === 'stall') await this.#forever();
    await this.#until(this.#firstTokenMs + this.#writingMs);
    return this.text;
  }

  /** The text in parts, each when it is written. Rejects when the client leaves. */
  async *parts(): AsyncGenerator<string, void, undefined> {
    const words = this.text.split(' ');
    for (let part = 0; part < this.#partCount; part += 1) {
      if (this.#fault?.kind === 'hang') await this.#forever();
      if (this.#fault?.kind === 'stall' && part === this.#fault.afterChunks) await this.#forever();
      await this.#until(this.#firstTokenMs + this.#writingMs * this.#shareOf(part + 1));
      const [from, to] = [part, part + 1].map((end) => Math.floor(words.length * this.#shareOf(end)));
      yield `${part === 0 ? '' : ' '}${words.slice(from, to).join(' ')}`;
    }
  }

  /** Output tokens that exist by now. */
  get writtenTokens(): number {
    const sinceFirstMs = this.#elapsedMs - this.#firstTokenMs;
    const share = sinceFirstMs < 0 ? 0 : Math.min(1, sinceFirstMs / Math.max(this.#writingMs, 1));
    return Math.floor(this.size.outputTokens * Math.min(share, this.#allowedShare));
  }

  /** How much of the answer the fault lets through. */
  get #allowedShare(): number {
    if (this.#fault?.kind === 'hang') return 0;
    return this.#fault?.kind === 'stall' ? this.#shareOf(this.#fault.afterChunks) : 1;
  }

  get #partCount(): number {
    return Math.max(1, Math.min(MAX_PARTS, Math.ceil(this.size.outputTokens / TOKENS_PER_PART)));
  }

  #shareOf(parts: number): number {
    return Math.min(1, parts / this.#partCount);
  }

  get #elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  async #until(dueMs: number): Promise<void> {
    const waitMs = dueMs - this.#elapsedMs;
    if (waitMs > 1) await sleep(waitMs, undefined, { signal: this.#signal });
    else this.#signal.throwIfAborted();
  }

  async #forever(): Promise<never> {
    for (;;) await sleep(2 ** 30, undefined, { signal: this.#signal });
  }
}

/** A word for each token: a recording keeps no words of an answer. */
function textOf({ outputTokens, extracted }: ModelAnswer): string {
  const words = Array.from({ length: outputTokens }, (_, index) => WORDS[index % WORDS.length]).join(' ');
  return extracted === undefined ? words : withAnswerLine(words, extracted);
}
