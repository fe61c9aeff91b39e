/** How long one step took. */
export interface StepTime {
  readonly name: string;
  readonly seconds: number;
}

/** Runs the steps of a command one after the other, and says on standard error which one runs and how long each took. */
export class Progress {
  readonly times: StepTime[] = [];
  readonly #count: number;

  /** @param count - how many steps there will be */
  constructor(count: number) {
    this.#count = count;
  }

  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    process.stderr.write(`[${this.times.length + 1}/${this.#count}] ${name} … `);
    try {
      const result = await work();
      const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
      this.times.push({ name, seconds });
      process.stderr.write(`${seconds.toFixed(1)} s\n`);
      return result;
    } catch (error) {
      process.stderr.write('failed\n');
      throw error;
    }
  }
}
