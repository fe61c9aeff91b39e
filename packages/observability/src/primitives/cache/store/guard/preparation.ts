/** What a store loads before it is first used: once, and again where that has failed. */
export class Preparation {
  readonly #prepare: () => Promise<unknown>;
  #underWay: Promise<void> | undefined;
  #isDone: boolean;

  /** @param prepare - undefined where nothing has to be loaded */
  constructor(prepare: (() => Promise<unknown>) | undefined) {
    this.#isDone = prepare === undefined;
    this.#prepare = prepare ?? (async () => {});
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** @throws what has gone wrong, to everybody who waits for the same try */
  done(): Promise<void> {
    this.#underWay ??= this.#try().catch((error: unknown) => {
      this.#underWay = undefined;
      throw error;
    });
    return this.#underWay;
  }

  async #try(): Promise<void> {
    await this.#prepare();
    this.#isDone = true;
  }
}
