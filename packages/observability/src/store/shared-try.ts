/** Work whose result is made once for all who ask for it, and made again for those who ask after it has failed. */
export class SharedTry<T> {
  readonly #work: () => Promise<T>;
  #result: Promise<T> | undefined;
  #isDone = false;

  constructor(work: () => Promise<T>) {
    this.#work = work;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** @throws what has gone wrong, to everybody who waits for the same try */
  result(): Promise<T> {
    this.#result ??= this.#try();
    return this.#result;
  }

  /** The next caller asks for another result. */
  forget(): void {
    this.#result = undefined;
    this.#isDone = false;
  }

  async #try(): Promise<T> {
    try {
      const result = await this.#work();
      this.#isDone = true;
      return result;
    } catch (error) {
      this.forget();
      throw error;
    }
  }
}
