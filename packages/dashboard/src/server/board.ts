import { randomBytes } from 'node:crypto';
import type { Observations } from '../data/observations.ts';
import { readCache } from '../screens/cache.ts';
import { readOverview } from '../screens/overview.ts';
import { readNewRequests } from '../screens/requests.ts';
import { readResilience } from '../screens/resilience.ts';
import { readRoutes } from '../screens/routes.ts';
import { readSavings } from '../screens/savings.ts';
import { readStatus } from '../screens/status.ts';
import { readWhatIf } from '../screens/what-if.ts';
import type {
  AskedRange,
  Range,
  RequestQuery,
  RequestRow,
  ScreenName,
  Screens,
  StateEvent,
  Status,
} from '../wire/index.ts';
import type { StreamEvent } from './event-stream.ts';

/** A screen that shows one period, and nothing else that a reader chooses. */
export type PeriodScreen = Exclude<ScreenName, 'request' | 'requests'>;

const PERIOD_SCREENS: {
  readonly [Name in PeriodScreen]: (observations: Observations, range: Range) => Screens[Name];
} = {
  overview: readOverview,
  routes: readRoutes,
  cache: readCache,
  resilience: readResilience,
  savings: readSavings,
  'what-if': readWhatIf,
};

export function isPeriodScreen(name: string): name is PeriodScreen {
  return Object.hasOwn(PERIOD_SCREENS, name);
}

/** What an event says beside the status. */
type EventState = Omit<StateEvent, 'cursor' | 'status'>;

/** How long a state may be shared by readers after it was made. */
const SHARED_MS = 200;

/** Makes the screens; readers of the same one share it for a moment. */
export class Board {
  readonly observations: Observations;
  readonly #problems: () => readonly string[];
  /** Tells the cursors of this server from those of the one before. */
  readonly #server = randomBytes(6).toString('base64url');
  readonly #shared = new Map<string, { readonly version: number; readonly atMs: number; readonly value: unknown }>();

  /** @param problems - of the set-up, in words for a reader */
  constructor(observations: Observations, problems: () => readonly string[]) {
    this.observations = observations;
    this.#problems = problems;
  }

  status(): Status {
    return this.#share('status', () => readStatus(this.observations, this.#problems()));
  }

  screen<Name extends PeriodScreen>(name: Name, asked: AskedRange): Screens[Name] {
    const range = this.observations.rangeOf(asked);
    return this.#share(`${name} ${range}`, () => PERIOD_SCREENS[name](this.observations, range));
  }

  /** Follows one screen for one reader. @param cursor - where the reader was, if it was here before */
  follow(screen: ScreenName, query: RequestQuery, cursor: string | undefined): () => StreamEvent {
    return screen === 'requests'
      ? this.#followRequests(query, cursor)
      : this.#followScreen(screen, query.range ?? '1h');
  }

  #followScreen(screen: Exclude<ScreenName, 'requests'>, range: AskedRange): () => StreamEvent {
    let sent: unknown;
    return () => {
      const data = isPeriodScreen(screen) ? this.screen(screen, range) : undefined;
      const isNew = data !== sent;
      sent = data;
      return this.#event({ screen, ...(isNew && data !== undefined && { data }) });
    };
  }

  #followRequests(query: RequestQuery, cursor: string | undefined): () => StreamEvent {
    let seq = this.#seqOf(cursor);
    let sentVersion = -1;
    return () => {
      const { log, version } = this.observations;
      if (version === sentVersion) return this.#event({ screen: 'requests' });
      sentVersion = version;
      const { summary, rows, isReset } = readNewRequests(this.observations, query, seq ?? log.lastSeq);
      const isLost = isReset || (cursor !== undefined && seq === undefined);
      seq = log.lastSeq;
      const fresh: readonly RequestRow[] = isLost ? [] : rows;
      return this.#event({ screen: 'requests', data: summary, rows: fresh, ...(isLost && { isReset: true }) });
    };
  }

  #event(state: EventState): StreamEvent {
    const id = `${this.#server}.${this.observations.log.lastSeq}`;
    return { id, data: JSON.stringify({ cursor: id, status: this.status(), ...state }) };
  }

  #seqOf(cursor: string | undefined): number | undefined {
    const [server, seq] = cursor?.split('.', 2) ?? [];
    return server === this.#server && seq !== undefined && /^\d{1,15}$/.test(seq) ? Number(seq) : undefined;
  }

  #share<Value>(name: string, make: () => Value): Value {
    const { version } = this.observations;
    const atMs = performance.now();
    const shared = this.#shared.get(name);
    if (shared !== undefined && shared.version === version && atMs - shared.atMs < MAX_AGE_MS)
      return shared.value as Value;
    if (shared !== undefined && atMs - shared.atMs < SHARED_MS) return shared.value as Value;
    const value = make();
    this.#shared.set(name, { version, atMs, value });
    return value;
  }
}

/** A screen without new requests changes too, because its period moves on. */
const MAX_AGE_MS = 1_000;
