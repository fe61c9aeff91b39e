import { expect, it } from 'vitest';
import type { StateEvent } from '../../../src/wire/index.ts';
import { type EventStream, LiveFeed } from './live-feed.ts';

class FakeStream implements EventStream {
  readyState = 0;
  isClosed = false;
  readonly #listeners = new Map<string, (event: MessageEvent<string>) => void>();
  readonly url: string;
  constructor(url: string) {
    this.url = url;
  }
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.set(type, listener);
  }
  close(): void {
    this.isClosed = true;
  }
  state(cursor: string, nowAtMs = 5): void {
    this.#listeners.get('state')?.({ data: JSON.stringify({ cursor, status: { nowAtMs } }) } as MessageEvent<string>);
  }
  break(readyState: number): void {
    this.readyState = readyState;
    this.#listeners.get('error')?.({} as MessageEvent<string>);
  }
}

function start() {
  const streams: FakeStream[] = [];
  const states: StateEvent[] = [];
  const waits: { ms: number; work: () => void }[] = [];
  const feed = new LiveFeed({
    open: (url) => {
      streams.push(new FakeStream(url));
      return streams.at(-1) as FakeStream;
    },
    onState: (event) => states.push(event),
    later: (ms, work) => {
      waits.push({ ms, work });
      return () => {};
    },
  });
  feed.follow(new URLSearchParams('screen=cache'));
  return { feed, streams, states, waits, stream: (at: number) => streams.at(at) as FakeStream };
}

it('waits, is live with the first state, and is lost when the connection breaks', () => {
  const { feed, stream, waits } = start();
  expect(feed.connection.value).toBe('waiting');
  stream(0).state('s.1', 77);
  expect([feed.connection.value, feed.lastSeenAtMs.value]).toEqual(['live', 77]);
  stream(0).break(0);
  expect([feed.connection.value, feed.lastSeenAtMs.value, waits.length]).toEqual(['lost', 77, 0]);
  stream(0).state('s.2');
  expect(feed.connection.value).toBe('live');
});

it('opens the stream again with the cursor, later and later, when the browser gives up', () => {
  const { feed, stream, streams, waits } = start();
  stream(0).state('s.8');
  stream(0).break(2);
  waits[0]?.work();
  stream(1).break(2);
  expect(feed.connection.value).toBe('lost');
  expect(stream(1).url).toBe('api/events?screen=cache&cursor=s.8');
  expect(waits.map(({ ms }) => ms)).toEqual([500, 1000]);
  expect(streams).toHaveLength(2);
});

it('takes no state of the screen before, and opens no second stream for the same one', () => {
  const { feed, stream, streams, states } = start();
  feed.follow(new URLSearchParams('screen=cache'));
  expect(streams).toHaveLength(1);
  feed.follow(new URLSearchParams('screen=routes'));
  stream(0).state('s.1');
  stream(0).break(2);
  expect([stream(0).isClosed, states.length, feed.connection.value]).toEqual([true, 0, 'waiting']);
  stream(1).state('s.1');
  expect(states).toHaveLength(1);
});
