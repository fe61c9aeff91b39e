import type { HttpDialect } from '../../llm/dialects/http-dialect.ts';

/** A mark may be cut by the end of a piece; this many characters of it are looked at again. */
const OVERLAP = 48;

/** Looks in the pieces of a streamed body for the end of its answer. */
export class FinishWatch {
  readonly #finish: NonNullable<HttpDialect['finish']>;
  #tail = '';
  #isFinished = false;

  /** @param finish - what the bytes of a complete answer match, or a test of each line */
  constructor(finish: NonNullable<HttpDialect['finish']>) {
    this.#finish = finish;
  }

  /** @returns whether this piece completes the answer */
  see({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
    if (this.#isFinished) return false;
    const text = Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
    if (typeof this.#finish === 'function') this.#seeLines(text, this.#finish);
    else this.#seeText(this.#tail + text, this.#finish);
    return this.#isFinished;
  }

  #seeText(text: string, finish: RegExp): void {
    this.#isFinished = finish.test(text);
    this.#tail = text.slice(-OVERLAP);
  }

  #seeLines(text: string, isLast: (line: string) => boolean): void {
    const end = text.lastIndexOf('\n');
    if (end === -1) {
      this.#tail += text;
      return;
    }
    this.#isFinished = (this.#tail + text.slice(0, end)).split('\n').some(isLast);
    this.#tail = text.slice(end + 1);
  }
}
