import type { CacheSkipReason } from '../facts.ts';
import { Flight, type FlightOwner } from './flight.ts';

export interface Boarding<T> {
  readonly flight: Flight<T>;
  readonly isStarter: boolean;
}

/** Work under way, by key. */
export class Flights<T> {
  /** Those that can be joined. */
  readonly #open = new Map<string, Flight<T>>();
  /** Those whose result may still be put away or given, those that nobody can join included. */
  readonly #underWay = new Set<Flight<T>>();
  readonly #owner: FlightOwner<T> = {
    closed: (flight) => {
      if (this.#open.get(flight.key) === flight) this.#open.delete(flight.key);
    },
    ended: (flight) => this.#underWay.delete(flight),
  };

  /**
   * The flight under that key, started if there is none; the caller is aboard.
   *
   * @param labels - what `invalidate` knows the flight by: first the key of its entry
   * @param work - lands the flight, or rejects with what the flight fails with
   * @param isExacting - whether the caller does not take the result of work that is over, and only being put away
   */
  join(
    key: string,
    labels: readonly string[],
    work: (flight: Flight<T>) => Promise<void>,
    isExacting = false,
  ): Boarding<T> {
    const present = this.#open.get(key);
    if (present !== undefined && !(isExacting && present.isDone)) {
      present.board();
      return { flight: present, isStarter: false };
    }
    const flight = new Flight<T>(key, labels, this.#owner);
    flight.board();
    this.#open.set(key, flight);
    this.#underWay.add(flight);
    work(flight).catch((error: unknown) => flight.fail(error));
    return { flight, isStarter: true };
  }

  /** What is known under a label is no longer true: looks are made again, and no answer that is being made is put away or joined. */
  invalidate(label: string, objection: CacheSkipReason): void {
    for (const flight of [...this.#underWay]) {
      const isLookedUpAgain = flight.labels[0] === label && flight.outdate();
      if (flight.labels.includes(label) && !isLookedUpAgain) flight.forbidKeeping(objection);
    }
  }
}
