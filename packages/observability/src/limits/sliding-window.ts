/** One request in a window. */
export interface WindowEntry {
  readonly at: number;
  /** 1, or 0 if the request was taken back. */
  requests: number;
  tokens: number;
  /** Whether it is still in the window. */
  isCounted: boolean;
}

/** Entries that have left are removed once there are this many and they make up half of the list. Each removal copies the rest. */
const MIN_REMOVED = 8;

/**
 * What happened within the newest milliseconds, exactly: a request that started at 0 counts until just before `lengthMs`.
 *
 * A log and not a token bucket: a bucket lets twice its size through within one length, first its content and then what flows in. The log has
 * one entry for each request that was let through: it is never longer than the limit on requests.
 *
 * @see https://blog.cloudflare.com/counting-things-a-lot-of-different-things/ for the algorithms and what each lets through
 */
export class SlidingWindow {
  readonly #lengthMs: number;
  #entries: WindowEntry[] = [];
  #first = 0;
  #requests = 0;
  #tokens = 0;

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  get requests(): number {
    return this.#requests;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Whether no entry is left. */
  get isEmpty(): boolean {
    return this.#first === this.#entries.length;
  }

  /** Forgets what has left the window. Call it before you read the sums. */
  moveTo(now: number): void {
    for (let oldest = this.#oldest; oldest !== undefined && oldest.at <= now - this.#lengthMs; oldest = this.#oldest) {
      this.#count(-oldest.requests, -oldest.tokens);
      oldest.isCounted = false;
      this.#first += 1;
    }
    if (this.#first < MIN_REMOVED || this.#first * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }

  add(now: number, tokens: number): WindowEntry {
    const at = Math.max(now, this.#entries.at(-1)?.at ?? now); // contexts may have clocks of their own
    const entry = { at, requests: 1, tokens, isCounted: true };
    this.#entries.push(entry);
    this.#count(1, tokens);
    return entry;
  }

  /** Changes what an entry counts. Of an entry that has left the window nothing is counted any more. */
  correct(entry: WindowEntry, requests: number, tokens: number): void {
    if (entry.isCounted) this.#count(requests - entry.requests, tokens - entry.tokens);
    entry.requests = requests;
    entry.tokens = tokens;
  }

  /** Milliseconds until enough has left the window, which `isEnough` tells from the sums that are left then. */
  waitMs(now: number, isEnough: (requests: number, tokens: number) => boolean): number {
    let [requests, tokens] = [this.#requests, this.#tokens];
    for (let index = this.#first; index < this.#entries.length; index += 1) {
      const entry = this.#entries[index] as WindowEntry;
      requests -= entry.requests;
      tokens -= entry.tokens;
      if (isEnough(requests, tokens)) return entry.at + this.#lengthMs - now;
    }
    return this.#lengthMs;
  }

  get #oldest(): WindowEntry | undefined {
    return this.#entries[this.#first];
  }

  #count(requests: number, tokens: number): void {
    this.#requests += requests;
    this.#tokens += tokens;
  }
}
