import type { Observations } from '../../data/observations.ts';
import type { SeenRequest } from '../../data/seen-request.ts';

/** Where the requests of a process go. */
export type RequestTaker = Pick<Observations, 'begin' | 'end'>;

/** Holds requests that end while older ones are read from a history, so requests are in the order of their time. */
export class HeldRequests implements RequestTaker {
  readonly #observations: Observations;
  #held: (readonly [request: SeenRequest, wasRunning: boolean])[] | undefined = [];

  constructor(observations: Observations) {
    this.#observations = observations;
  }

  begin(): void {
    this.#observations.begin();
  }

  end(request: SeenRequest, wasRunning: boolean): void {
    if (this.#held === undefined) this.#observations.end(request, wasRunning);
    else this.#held.push([request, wasRunning]);
  }

  /** Hands on what was held, and everything from now on at once. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const [request, wasRunning] of held) this.#observations.end(request, wasRunning);
  }
}
