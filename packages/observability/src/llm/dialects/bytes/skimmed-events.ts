import type { ChunkReader } from './chunk-reader.ts';

/** So many bytes are looked at together. */
const BLOCK_BYTES = 2_048;

/** An event that is longer is not looked at, and nothing after it. */
const MAX_EVENT_BYTES = 1_048_576;

/** Two line ends; the second one ends an event. */
const EVENT_ENDS = ['\n\n', '\n\r\n'] as const;

const FIRST_EVENT_END = /\n\r?\n/;

/**
 * Reads server-sent events block by block, from the first event with a mark on: a block without a mark is left out. The last block, where
 * streams say how they ended, is read as a whole if nothing in it has a mark.
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
    const text = this.#block.toString('latin1', 0, this.#length);
    const rest = this.#block.subarray(0, this.#length);
    const start = this.#startOf(text);
    this.#length = 0;
    const first = this.#firstMarked(text, start, text.length);
    return [
      ...this.#events.add(rest.subarray(0, start)),
      ...this.#events.add(rest.subarray(first ?? start)),
      ...this.#events.end(),
    ];
  }

  #readBlock(): unknown[] {
    const text = this.#block.toString('latin1', 0, this.#length);
    const end = lastEnd(text, this.#length);
    this.#searched = this.#length;
    if (end === 0) return [];
    const start = this.#startOf(text);
    this.#isAtEvent = true;
    const chunks = this.#events.add(this.#block.subarray(0, start));
    const first = this.#firstMarked(text, start, end);
    if (first !== undefined) chunks.push(...this.#events.add(this.#block.subarray(first, end)));
    this.#block.copyWithin(0, end, this.#length);
    this.#length -= end;
    this.#searched = 0;
    return chunks;
  }

  /** Where the first event begins that had not begun before. */
  #startOf(text: string): number {
    const begun = this.#isAtEvent ? null : FIRST_EVENT_END.exec(text);
    return begun === null ? 0 : begun.index + begun[0].length;
  }

  /** Where the first event with a mark begins. */
  #firstMarked(text: string, start: number, end: number): number | undefined {
    const mark = text.slice(start, end).search(this.#marks);
    return mark < 0 ? undefined : Math.max(start, lastEnd(text, start + mark));
  }

  #grow(added: number): void {
    const length = this.#length + added;
    if (length > MAX_EVENT_BYTES) throw new RangeError('an event of the stream is too long to be read');
    const block = Buffer.allocUnsafe(length * 2);
    this.#block.copy(block, 0, 0, this.#length);
    this.#block = block;
  }
}

/** Where the last event ends that ends before a position; 0 if none does. */
function lastEnd(text: string, position: number): number {
  return Math.max(...EVENT_ENDS.map((mark) => lastEndBy(mark, text, position)));
}

function lastEndBy(mark: string, text: string, position: number): number {
  const index = position < mark.length ? -1 : text.lastIndexOf(mark, position - mark.length);
  return index < 0 ? 0 : index + mark.length;
}
