import type { SeenRequest } from './seen-request.ts';
import { Tally } from './tally.ts';

/** Tallies of equal stretches of time; the oldest give way. A stretch is handed on to the next, coarser level when it is over. */
export class TallyLevel {
  readonly stepMs: number;
  readonly #kept: number;
  readonly #coarser: TallyLevel | undefined;
  readonly #tallies = new Map<number, Tally>();
  /** The newest stretch, which the coarser levels do not have yet. */
  #open: { readonly index: number; readonly tally: Tally } | undefined;

  constructor(stepMs: number, kept: number, coarser: TallyLevel | undefined) {
    this.stepMs = stepMs;
    this.#kept = kept;
    this.#coarser = coarser;
  }

  add(request: SeenRequest, atMs: number): void {
    if (this.#stretchAt(atMs, (tally) => tally.add(request))) return;
    this.#coarser?.add(request, atMs);
  }

  between(fromAtMs: number, lengthMs: number): Tally[] {
    const first = Math.round(fromAtMs / this.stepMs);
    const parts: Tally[] = [];
    for (let index = first; index < first + lengthMs / this.stepMs; index += 1) {
      const tally = this.#tallies.get(index);
      if (tally !== undefined) parts.push(tally);
    }
    return parts;
  }

  /** The newest stretch, if it began in this time. */
  openBetween(fromAtMs: number, lengthMs: number): Tally | undefined {
    const atMs = (this.#open?.index ?? -1) * this.stepMs;
    return atMs >= fromAtMs && atMs < fromAtMs + lengthMs ? this.#open?.tally : undefined;
  }

  #merge(tally: Tally, atMs: number): void {
    if (!this.#stretchAt(atMs, (own) => own.merge(tally))) this.#handOn(tally, atMs);
  }

  #handOn(tally: Tally, atMs: number): void {
    if (this.#coarser !== undefined) this.#coarser.#merge(tally, atMs);
  }

  /** @returns whether the stretch is the newest one; otherwise the coarser levels have it already, and need the same addition */
  #stretchAt(atMs: number, addTo: (tally: Tally) => void): boolean {
    const index = Math.floor(atMs / this.stepMs);
    const closed = this.#open;
    if (closed === undefined || index > closed.index) {
      this.#open = { index, tally: this.#tallyAt(index) };
      if (closed !== undefined) this.#handOn(closed.tally, closed.index * this.stepMs);
    }
    const isNewest = index === this.#open?.index;
    addTo(isNewest ? (this.#open as { readonly tally: Tally }).tally : this.#tallyAt(index));
    return isNewest;
  }

  #tallyAt(index: number): Tally {
    const known = this.#tallies.get(index);
    if (known !== undefined) return known;
    const tally = new Tally();
    this.#tallies.set(index, tally);
    if (this.#tallies.size > this.#kept) this.#tallies.delete(Math.min(...this.#tallies.keys()));
    return tally;
  }
}
