import { type Linked, LinkedList } from 'tta-dev-primitives/internal';
import { field } from '../../../llm/fields.ts';
import { RecentLatencies } from './recent-latencies.ts';

/** Whether a request asks for a stream, as far as the request says so. */
export function asksForStream(input: unknown): boolean {
  return field(input, 'stream') === true;
}

/** A request whose answer has not begun. */
export interface WaitingRequest extends Linked<WaitingRequest> {
  readonly startedAt: number;
  readonly isStreamed: boolean;
}

/**
 * How long a route took to begin its answers: of all requests, and of those that ask for a stream apart from all others, because a first
 * chunk comes long before a whole answer.
 */
export class RouteLatencies {
  readonly #all = new RecentLatencies();
  readonly #streamed = new RecentLatencies();
  readonly #whole = new RecentLatencies();
  /** In the order in which they were asked. */
  readonly #waiting = new LinkedList<WaitingRequest>();

  /** @param isStreamed - selects streamed or other requests; all if undefined */
  of(isStreamed: boolean | undefined): RecentLatencies {
    if (isStreamed === undefined) return this.#all;
    return isStreamed ? this.#streamed : this.#whole;
  }

  /** A request is asked, and waits for its answer to begin until `answered`. */
  asked(request: WaitingRequest): void {
    this.#waiting.add(request);
  }

  answered(request: WaitingRequest): void {
    this.#waiting.delete(request);
  }

  /**
   * The percentile, and more once so many requests wait for longer that it cannot be right: a route that turned slow is known to be slow
   * before its first slow answer.
   */
  percentileMs(percent: number, now: number, isStreamed: boolean | undefined): number | null {
    const known = this.of(isStreamed);
    const knownMs = known.percentileMs(percent, now);
    if (knownMs === null) return null;
    const count = known.count(now);
    let later = 0;
    let longestMs = knownMs;
    for (const request of this.#waiting) {
      const waitedMs = now - request.startedAt;
      if (waitedMs <= knownMs) break;
      if (isStreamed !== undefined && request.isStreamed !== isStreamed) continue;
      longestMs = Math.max(longestMs, waitedMs);
      later += 1;
      if (later > (count + later) * (1 - percent / 100)) return longestMs;
    }
    return knownMs;
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
