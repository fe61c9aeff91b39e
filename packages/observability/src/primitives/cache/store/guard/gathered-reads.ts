/** Reads several keys at once, and gives what is under each, in the order of the keys. */
export type ReadTogether<T> = (keys: readonly string[]) => Promise<readonly (T | undefined)[]>;

/** Keys that are read in one go, each with its place among them. */
interface Batch<T> {
  readonly places: Map<string, number>;
  readonly values: Promise<readonly (T | undefined)[]>;
}

/** More are read in several goes, so no reply is so large that every caller waits long for it. */
const MAX_KEYS = 100;

/** Gathers what is asked for in one turn of the event loop and reads it in one go, each key once, however many callers want it. */
export class GatheredReads<T> {
  readonly #read: ReadTogether<T>;
  #open: Batch<T> | undefined;

  constructor(read: ReadTogether<T>) {
    this.#read = read;
  }

  /** Reads a key with all others of this turn. @throws what the read throws, the same for everybody */
  read(key: string): Promise<T | undefined> {
    if (this.#open === undefined || this.#open.places.size === MAX_KEYS) this.#open = this.#begin();
    const { places, values } = this.#open;
    const known = places.get(key);
    const place = known ?? places.size;
    if (known === undefined) places.set(key, place);
    return values.then((all) => all[place]);
  }

  #begin(): Batch<T> {
    const places = new Map<string, number>();
    const values = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      if (this.#open?.places === places) this.#open = undefined;
      return this.#read([...places.keys()]);
    });
    return { places, values };
  }
}
