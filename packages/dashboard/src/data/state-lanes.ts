import type { RouteHealth, StateLane } from '../wire/index.ts';
import { MAX_NAMES } from './capped-map.ts';
import type { SeenRequest, SeenState } from './seen-request.ts';
import { Toll } from './toll.ts';

/** How many stretches of one lane are kept. */
const MAX_STRETCHES = 200;

interface Lane {
  readonly kind: SeenState['kind'];
  readonly name: string;
  readonly stretches: { state: 'cooling' | 'half_open' | 'open'; fromAtMs: number; toAtMs?: number }[];
  now: SeenState['state'];
  sinceAtMs: number;
  untilAtMs: number | undefined;
  cause: string | undefined;
}

/** A lane that does not work as it should. */
export interface TroubledLane extends StateLane {
  readonly cause: string | undefined;
  readonly toll: Toll;
}

/** What breakers, routes and stores were over time, as far as requests have said it. */
export class StateLanes {
  readonly #lanes = new Map<string, Lane>();
  /** What has happened since each last worked, also to those that have no lane yet. */
  readonly #tolls = new Map<string, Toll>();

  learn(request: SeenRequest): void {
    const endedAtMs = request.startedAtMs + request.durationMs;
    for (const state of request.states) this.#take(state);
    for (const { isRouted, route, failure, costUsd } of request.calls) {
      if (!isRouted || failure === 'cancelled') continue;
      const ready = { kind: 'route', name: route, state: 'ready', atMs: endedAtMs } as const;
      if (failure === undefined) this.#works(ready);
      else this.#tollOf(keyOf(ready))?.add({ atMs: endedAtMs, costUsd, cause: failure });
    }
    this.#countHarm(request, endedAtMs);
  }

  get all(): readonly StateLane[] {
    return [...this.#lanes.values()].map(({ kind, name, stretches, now, sinceAtMs, untilAtMs }) => ({
      kind,
      name,
      stretches: stretches.map((stretch) => ({ ...stretch })),
      now,
      sinceAtMs,
      ...(untilAtMs !== undefined && { untilAtMs }),
    }));
  }

  /** What ails, the longest first. */
  get troubled(): readonly TroubledLane[] {
    return this.all
      .filter(({ now }) => !isWell(now))
      .map((lane) => {
        const key = keyOf(lane);
        return { ...lane, cause: this.#lanes.get(key)?.cause, toll: this.#tolls.get(key) ?? new Toll() };
      })
      .sort((one, other) => (one.sinceAtMs ?? 0) - (other.sinceAtMs ?? 0));
  }

  healthOf(route: string): RouteHealth {
    const lane = this.#lanes.get(keyOf({ kind: 'route', name: route }));
    if (lane === undefined || lane.now === 'closed') return { state: 'ready' };
    const { now, sinceAtMs, untilAtMs, cause } = lane;
    return {
      state: now,
      sinceAtMs,
      ...(untilAtMs !== undefined && { untilAtMs }),
      ...(cause !== undefined && { cause }),
    };
  }

  /** Counts a request once for each breaker that refused it, each store that it missed, and each route that another one stood in for. */
  #countHarm({ states, calls, money, decision, answeredBy }: SeenRequest, atMs: number): void {
    for (const state of states) {
      if (state.kind === 'breaker' && state.isRefused) this.#tollOf(keyOf(state))?.add({ atMs, costUsd: 0 });
    }
    const missed = states.filter(({ kind, cause }) => kind === 'store' && cause !== undefined);
    for (const key of new Set(calls.length === 0 ? [] : missed.map(keyOf)))
      this.#tollOf(key)?.add({ atMs, costUsd: money.costUsd });
    if (decision === undefined || answeredBy !== 'model') return;
    for (const name of new Set(decision.fallbacks.map(({ route }) => route)).add(decision.meant ?? decision.route))
      if (name !== decision.route) this.#tolls.get(keyOf({ kind: 'route', name }))?.insteads.add(decision.route);
  }

  /** A route has answered. Until its cooldown is over that changes nothing: only its router ends one early, and says so. */
  #works(ready: SeenState): void {
    const lane = this.#laneOf(ready);
    if (lane?.now !== 'cooling' || ready.atMs >= (lane.untilAtMs ?? 0)) this.#take(ready);
  }

  #take(state: SeenState): void {
    const lane = this.#laneOf(state);
    if (lane === undefined || state.atMs < lane.sinceAtMs) return; // a request that ended late tells of an earlier state
    const isSame = lane.now === state.state; // not every source of a state knows why it is so, and until when
    lane.cause = state.cause ?? (isSame ? lane.cause : undefined);
    lane.untilAtMs = state.untilAtMs ?? (isSame ? lane.untilAtMs : undefined);
    if (isWell(state.state)) this.#tolls.delete(keyOf(state));
    if (isSame) return;
    const open = lane.stretches.at(-1);
    if (open !== undefined && open.toAtMs === undefined) open.toAtMs = state.atMs;
    lane.now = state.state;
    lane.sinceAtMs = state.atMs;
    openStretch(lane);
  }

  /** Undefined when there is no room for another. */
  #tollOf(key: string): Toll | undefined {
    const known = this.#tolls.get(key);
    if (known !== undefined || this.#tolls.size >= MAX_NAMES) return known;
    const toll = new Toll();
    this.#tolls.set(key, toll);
    return toll;
  }

  /** The lane of a state, begun with that state when it is new; undefined when there is no room for another. */
  #laneOf(state: SeenState): Lane | undefined {
    const key = keyOf(state);
    const known = this.#lanes.get(key);
    if (known !== undefined || this.#lanes.size >= MAX_NAMES) return known;
    const lane = begin(state);
    this.#lanes.set(key, lane);
    return lane;
  }
}

function isWell(state: SeenState['state']): state is 'ready' | 'closed' {
  return state === 'ready' || state === 'closed';
}

function begin({ kind, name, state, atMs, untilAtMs, cause }: SeenState): Lane {
  const lane: Lane = { kind, name, stretches: [], now: state, sinceAtMs: atMs, untilAtMs, cause };
  openStretch(lane);
  return lane;
}

function openStretch({ stretches, now, sinceAtMs }: Lane): void {
  if (isWell(now)) return;
  stretches.push({ state: now, fromAtMs: sinceAtMs });
  if (stretches.length > MAX_STRETCHES) stretches.shift();
}

function keyOf({ kind, name }: Pick<SeenState, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}
