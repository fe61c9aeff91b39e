/** Runs a script and gives its reply. */
export type RunScript = (script: string, keys: readonly string[], parameters: readonly string[]) => Promise<unknown>;

/** A script that has to run once the server works again. */
export interface KeptScript {
  readonly run: (run: RunScript) => Promise<unknown>;
  /** How often it has failed, or had to wait. */
  readonly tries: number;
}

/** How many scripts wait. One is a few hundred bytes. */
const MAX_KEPT = 10_000;

/** A script that fails so often is not the server's fault. */
const MAX_TRIES = 5;

/** Scripts that wait for a server that is away, the oldest first. */
export class ScriptBacklog {
  readonly #kept = new Set<KeptScript>();

  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  /** Drops a script that was tried too often, and the oldest one when there are too many: its minute is over soonest. */
  add(script: KeptScript): void {
    if (script.tries >= MAX_TRIES) return;
    this.#kept.add(script);
    if (this.#kept.size <= MAX_KEPT) return;
    for (const oldest of this.#kept) return void this.#kept.delete(oldest);
  }

  /** Takes out the oldest. */
  take(count: number): readonly KeptScript[] {
    const taken: KeptScript[] = [];
    for (const script of this.#kept) {
      if (taken.length === count) break;
      taken.push(script);
      this.#kept.delete(script);
    }
    return taken;
  }
}
