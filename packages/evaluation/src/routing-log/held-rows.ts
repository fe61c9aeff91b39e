import type { Clock } from 'tta-dev-primitives';
import type { Timer } from 'tta-dev-primitives/internal';

/** A row that waits for its grade. */
interface Held {
  readonly timer: Timer;
  readonly bytes: number;
  readonly release: (quality: number | undefined) => void;
}

/** How much text waits at most, at two bytes a character. */
const MAX_HELD_BYTES = 16 * 1024 * 1024;

/** Rows that wait for their grades, with limits on their time, number and text. Waiting keeps no process alive. */
export class HeldRows {
  readonly #held = new Map<string, Held>();
  readonly #withinMs: number;
  readonly #atMost: number;
  #bytes = 0;

  constructor(withinMs: number, atMost: number) {
    this.#withinMs = withinMs;
    this.#atMost = atMost;
  }

  get size(): number {
    return this.#held.size;
  }

  /**
   * @param length - how many characters of text are held
   * @param release - called once: with a grade, or without one when it comes too late or others need the room
   */
  hold(id: string, length: number, clock: Clock, release: Held['release']): void {
    this.#release(id, undefined); // a second execution of the same request
    const bytes = 2 * (length + id.length);
    for (const oldest of this.#held.keys()) {
      if (this.#held.size < this.#atMost && this.#bytes + bytes <= MAX_HELD_BYTES) break;
      this.#release(oldest, undefined);
    }
    const timer = clock.setTimer(() => this.#release(id, undefined), this.#withinMs);
    timer.unref?.();
    this.#bytes += bytes;
    this.#held.set(id, { timer, bytes, release });
  }

  /** @returns whether a row was waiting for it */
  grade(id: string, quality: number): boolean {
    return this.#release(id, quality);
  }

  releaseAll(): void {
    for (const id of [...this.#held.keys()]) this.#release(id, undefined);
  }

  #release(id: string, quality: number | undefined): boolean {
    const held = this.#held.get(id);
    if (held === undefined) return false;
    this.#held.delete(id);
    this.#bytes -= held.bytes;
    held.timer.cancel();
    held.release(quality);
    return true;
  }
}
