import { type ReadonlySignal, signal } from '@preact/signals';
import type { StateEvent, Status } from '../../../src/wire/index.ts';

/** `waiting` until the first state comes; `lost` from the moment the connection breaks until the next state. */
export type Connection = 'waiting' | 'live' | 'lost';

/** What the feed needs of an `EventSource`. */
export interface EventStream {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface LiveFeedOptions {
  readonly open: (url: string) => EventStream;
  readonly onState: (event: StateEvent) => void;
  readonly later: (ms: number, work: () => void) => () => void;
}

const CLOSED = 2;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

/**
 * Follows the state of one screen. The browser reconnects on its own and names the last event that it saw; where it gives up (the server
 * answered with an error), this opens the stream again, with the cursor, at growing intervals.
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions;
  readonly #connection = signal<Connection>('waiting');
  readonly #lastSeen = signal<number | undefined>(undefined);
  #stream: EventStream | undefined;
  #states = 0;
  #parameters = new URLSearchParams();
  #cursor: string | undefined;
  #retryMs = FIRST_RETRY_MS;
  #cancelRetry: (() => void) | undefined;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
  }

  get connection(): ReadonlySignal<Connection> {
    return this.#connection;
  }

  /** When the last state came, by the clock of the server. */
  get lastSeenAtMs(): ReadonlySignal<number | undefined> {
    return this.#lastSeen;
  }

  /** How many states came since this screen is followed. */
  get states(): number {
    return this.#states;
  }

  /** Follows another screen, or the same one with other filters. */
  follow(parameters: URLSearchParams): void {
    if (this.#stream !== undefined && parameters.toString() === this.#parameters.toString()) return;
    this.#parameters = parameters;
    this.#cursor = undefined;
    this.#states = 0;
    this.#retryMs = FIRST_RETRY_MS;
    this.#open();
  }

  close(): void {
    this.#cancelRetry?.();
    this.#stream?.close();
    this.#stream = undefined;
  }

  #open(): void {
    this.close();
    const parameters = new URLSearchParams(this.#parameters);
    if (this.#cursor !== undefined) parameters.set('cursor', this.#cursor);
    const stream = this.#options.open(`api/events?${parameters}`);
    this.#stream = stream;
    stream.addEventListener('state', ({ data }) => this.#take(stream, JSON.parse(data) as StateEvent));
    stream.addEventListener('error', () => this.#lose(stream));
  }

  #take(stream: EventStream, event: StateEvent): void {
    if (stream !== this.#stream) return; // of the screen before
    this.#cursor = event.cursor;
    this.#states += 1;
    this.#retryMs = FIRST_RETRY_MS;
    this.#connection.value = 'live';
    this.#lastSeen.value = event.status.nowAtMs;
    this.#options.onState(event);
  }

  #lose(stream: EventStream): void {
    if (stream !== this.#stream) return;
    if (this.#connection.value === 'live') this.#connection.value = 'lost';
    if (stream.readyState !== CLOSED) return; // the browser reconnects
    this.#cancelRetry?.();
    this.#cancelRetry = this.#options.later(this.#retryMs, () => this.#open());
    this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
  }
}

/** The instant by the clock of the server, which goes on between two states. */
export function serverNow(status: Status, receivedAt: number, now: number): number {
  return status.nowAtMs + Math.max(0, now - receivedAt);
}
