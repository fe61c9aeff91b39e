/** Slots that a digest may be in; the one unused for longest is given up when all are taken. */
const WAYS = 8;

/**
 * Remembers when requests were last answered, and nothing else of them: 48 bits of each digest, and an instant for each life that
 * an answer might have. It takes `capacity * (2 + lives) * 8` bytes from the start and never more.
 */
export class RepeatTable {
  readonly #lives: readonly number[];
  readonly #sets: number;
  readonly #marks: Float64Array;
  readonly #usedAt: Float64Array;
  /** For each slot and each life: when a cache with that life would have stored its present answer. */
  readonly #storedAt: Float64Array;
  #forgotten = 0;

  /** @param lives - how long answers might live, in milliseconds */
  constructor(capacity: number, lives: readonly number[]) {
    this.#lives = lives;
    this.#sets = Math.max(1, Math.ceil(capacity / WAYS));
    const slots = this.#sets * WAYS;
    this.#marks = new Float64Array(slots);
    this.#usedAt = new Float64Array(slots);
    this.#storedAt = new Float64Array(slots * lives.length);
  }

  /** How many requests were given up for others before their longest life was over. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** For which lives a cache would still hold an answer to that request. */
  lookUp(digest: string, nowMs: number): readonly boolean[] {
    const { mark, first } = this.#placeOf(digest);
    const slot = this.#slotOf(mark, first);
    if (slot === undefined) return this.#lives.map(() => false);
    this.#usedAt[slot] = nowMs;
    return this.#lives.map((lifeMs, index) => nowMs - this.#instant(slot, index) < lifeMs);
  }

  /** Notes that an answer came that a cache would have stored, for every life that had none. */
  store(digest: string, nowMs: number): void {
    const { mark, first } = this.#placeOf(digest);
    const slot = this.#slotOf(mark, first) ?? this.#take(mark, first, nowMs);
    this.#usedAt[slot] = nowMs;
    for (const [index, lifeMs] of this.#lives.entries()) {
      if (nowMs - this.#instant(slot, index) >= lifeMs) this.#storedAt[slot * this.#lives.length + index] = nowMs;
    }
  }

  /** Zero marks an empty slot, so no digest is marked so. */
  #placeOf(digest: string): { readonly mark: number; readonly first: number } {
    const bytes = Buffer.from(digest, 'base64url');
    return { mark: bytes.readUIntBE(0, 6) + 1, first: (bytes.readUInt32BE(6) % this.#sets) * WAYS };
  }

  #slotOf(mark: number, first: number): number | undefined {
    for (let slot = first; slot < first + WAYS; slot += 1) if (this.#marks[slot] === mark) return slot;
    return undefined;
  }

  #take(mark: number, first: number, nowMs: number): number {
    let oldest = first;
    for (let slot = first; slot < first + WAYS; slot += 1) {
      if (this.#marks[slot] === 0) {
        oldest = slot;
        break;
      }
      if ((this.#usedAt[slot] as number) < (this.#usedAt[oldest] as number)) oldest = slot;
    }
    if (this.#marks[oldest] !== 0 && this.#isAlive(oldest, nowMs)) this.#forgotten += 1;
    this.#marks[oldest] = mark;
    const lives = this.#lives.length;
    this.#storedAt.fill(-Infinity, oldest * lives, (oldest + 1) * lives);
    return oldest;
  }

  #isAlive(slot: number, nowMs: number): boolean {
    return this.#lives.some((lifeMs, index) => nowMs - this.#instant(slot, index) < lifeMs);
  }

  #instant(slot: number, life: number): number {
    return this.#storedAt[slot * this.#lives.length + life] as number;
  }
}
