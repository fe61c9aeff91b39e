import type { ChunkReader } from './chunk-reader.ts';

/** So many bytes are looked at together. */
const BLOCK_BYTES = 2_048;

/** An event that is longer is not looked at, and nothing after it. */
const MAX_EVENT_BYTES = 1_048_576;

/** Two line ends; the second one ends an event. */
const EVENT_ENDS = ['\n\n', '\n\r\n'] as const;

const FIRST_EVENT_END = /\n\r?\n/;

/**
 * Reads server-sent events block by block, and leaves out every block in which nothing has a mark. The last block, where streams say how
 * they ended, is always read.
 */
export class SkimmedEvents implements ChunkReader {
  readonly #events: ChunkReader;
  readonly #marks: RegExp;
  #block: Buffer = Buffer.allocUnsafe(BLOCK_BYTES * 2);
  #length = 0;
  /** How many bytes from the start hold no end of an event. */
  #searched = 0;
  /** Whether the event is over that had begun before. */
  #isAtEvent = false;

  constructor(events: ChunkReader, marks: RegExp) {
    this.#events = events;
    this.#marks = marks;
  }

  isOver(): boolean {
    return this.#events.isOver?.() === true;
  }

  /** @throws RangeError if an event is too long */
  add(bytes: Uint8Array): unknown[] {
    if (this.#length + bytes.length > this.#block.length) this.#grow(bytes.length);
    this.#block.set(bytes, this.#length);
    this.#length += bytes.length;
    return this.#length - this.#searched < BLOCK_BYTES ? [] : this.#readBlock();
  }

  end(): unknown[] {
    const rest = this.#block.subarray(0, this.#length);
    this.#length = 0;
    return [...this.#events.add(rest), ...this.#events.end()];
  }

  #readBlock(): unknown[] {
    const text = this.#block.toString('latin1', 0, this.#length);
    const end = Math.max(...EVENT_ENDS.map((mark) => ends(text.lastIndexOf(mark), mark)));
    this.#searched = this.#length;
    if (end < 0) return [];
    const begun = this.#isAtEvent ? null : FIRST_EVENT_END.exec(text);
    const start = begun === null ? 0 : begun.index + begun[0].length;
    this.#isAtEvent = true;
    const isRead = text.slice(start, end).search(this.#marks) >= 0;
    const chunks = this.#events.add(this.#block.subarray(0, isRead ? end : start));
    this.#block.copyWithin(0, end, this.#length);
    this.#length -= end;
    this.#searched = 0;
    return chunks;
  }

  #grow(added: number): void {
    const length = this.#length + added;
    if (length > MAX_EVENT_BYTES) throw new RangeError('an event of the stream is too long to be read');
    const block = Buffer.allocUnsafe(length * 2);
    this.#block.copy(block, 0, 0, this.#length);
    this.#block = block;
  }
}

function ends(index: number, mark: string): number {
  return index < 0 ? -1 : index + mark.length;
}
