import { field } from '../../../llm/fields.ts';
import { RecentLatencies } from './recent-latencies.ts';

/** Whether a request asks for a stream, as far as the request says so. */
export function asksForStream(input: unknown): boolean {
  return field(input, 'stream') === true;
}

/**
 * How long a route took to begin its answers: of all requests, and of those that ask for a stream apart from all others, because a first
 * chunk comes long before a whole answer.
 */
export class RouteLatencies {
  readonly #all = new RecentLatencies();
  readonly #streamed = new RecentLatencies();
  readonly #whole = new RecentLatencies();

  /** @param isStreamed - of which requests; of all when it is undefined */
  of(isStreamed: boolean | undefined): RecentLatencies {
    if (isStreamed === undefined) return this.#all;
    return isStreamed ? this.#streamed : this.#whole;
  }

  add(durationMs: number, now: number, isStreamed: boolean): void {
    this.#all.add(durationMs, now);
    this.of(isStreamed).add(durationMs, now);
  }

  /** A request was given up after so long, before its answer began. */
  addUnanswered(durationMs: number, now: number, isStreamed: boolean): void {
    this.#all.addUnanswered(durationMs, now);
    this.of(isStreamed).addUnanswered(durationMs, now);
  }
}
