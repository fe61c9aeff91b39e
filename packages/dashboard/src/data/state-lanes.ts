import type { RouteHealth, StateLane } from '../wire/index.ts';
import { MAX_NAMES } from './capped-map.ts';
import type { SeenRequest, SeenState } from './seen-request.ts';

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

/** What breakers, routes and stores were over time, as far as requests have said it. */
export class StateLanes {
  readonly #lanes = new Map<string, Lane>();

  learn(request: SeenRequest): void {
    for (const state of request.states) this.#take(state);
    const endedAtMs = request.startedAtMs + request.durationMs;
    for (const { isRouted, route, failure } of request.calls) {
      if (isRouted && failure === undefined)
        this.#take({ kind: 'route', name: route, state: 'ready', atMs: endedAtMs });
    }
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
  get troubled(): readonly (StateLane & { readonly cause: string | undefined })[] {
    const causes = [...this.#lanes.values()].map(({ cause }) => cause);
    return this.all
      .map((lane, index) => ({ ...lane, cause: causes[index] }))
      .filter(({ now }) => now !== 'ready' && now !== 'closed')
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

  #take(state: SeenState): void {
    const key = keyOf(state);
    const lane = this.#lanes.get(key);
    if (lane === undefined) {
      if (this.#lanes.size >= MAX_NAMES) return;
      this.#lanes.set(key, begin(state));
      return;
    }
    if (state.atMs < lane.sinceAtMs) return; // a request that ended late tells of an earlier state
    lane.cause = state.cause;
    lane.untilAtMs = state.untilAtMs;
    if (lane.now === state.state) return;
    const open = lane.stretches.at(-1);
    if (open !== undefined && open.toAtMs === undefined) open.toAtMs = state.atMs;
    lane.now = state.state;
    lane.sinceAtMs = state.atMs;
    openStretch(lane);
  }
}

function begin({ kind, name, state, atMs, untilAtMs, cause }: SeenState): Lane {
  const lane: Lane = { kind, name, stretches: [], now: state, sinceAtMs: atMs, untilAtMs, cause };
  openStretch(lane);
  return lane;
}

function openStretch({ stretches, now, sinceAtMs }: Lane): void {
  if (now === 'ready' || now === 'closed') return;
  stretches.push({ state: now, fromAtMs: sinceAtMs });
  if (stretches.length > MAX_STRETCHES) stretches.shift();
}

function keyOf({ kind, name }: Pick<SeenState, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}
