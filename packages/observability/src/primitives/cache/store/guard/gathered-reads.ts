/** Reads several keys at once, and gives what is under each, in the order of the keys. */
export type ReadTogether<T> = (keys: readonly string[]) => Promise<readonly (T | undefined)[]>;

interface Batch<T> {
  readonly keys: Set<string>;
  readonly values: Promise<ReadonlyMap<string, T | undefined>>;
}

/** More are read in several goes, so that no reply is so large that every caller waits long for it. */
const MAX_KEYS = 100;

/** Gathers what is asked for in one turn of the event loop and reads it in one go, each key once, however many callers want it. */
export class GatheredReads<T> {
  readonly #read: ReadTogether<T>;
  #open: Batch<T> | undefined;

  constructor(read: ReadTogether<T>) {
    this.#read = read;
  }

  /** Everything that is read together with this key. @throws what the read throws, the same for everybody */
  with(key: string): Promise<ReadonlyMap<string, T | undefined>> {
    if (this.#open === undefined || this.#open.keys.size === MAX_KEYS) this.#open = this.#begin();
    this.#open.keys.add(key);
    return this.#open.values;
  }

  #begin(): Batch<T> {
    const keys = new Set<string>();
    const values = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      if (this.#open?.keys === keys) this.#open = undefined;
      return this.#readAll([...keys]);
    });
    return { keys, values };
  }

  async #readAll(keys: readonly string[]): Promise<ReadonlyMap<string, T | undefined>> {
    const values = await this.#read(keys);
    return new Map(keys.map((key, index) => [key, values[index]]));
  }
}
