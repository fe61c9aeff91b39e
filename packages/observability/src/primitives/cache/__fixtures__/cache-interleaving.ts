import type { Clock } from 'tta-dev-primitives';
import { WorkflowContext } from 'tta-dev-primitives';
import { type ManualClock, manualClock } from 'tta-dev-primitives/testing';
import { CachePrimitive } from '../cache-primitive.ts';
import { type CacheControl, withCacheControl } from '../control/cache-control.ts';
import type { CacheReport } from '../control/cache-report.ts';
import { isNotCachedError } from '../control/not-cached-error.ts';
import type { CacheOutcome } from '../facts.ts';
import { guardedStore } from '../store/guard/guarded-store.ts';
import { memoryStore } from '../store/memory-store.ts';
import { type CacheStore, StoreError, storedValue } from '../store/store.ts';
import { overloaded, refused } from './scripted-step.ts';

export const TTL_MS = 100;
const STALE_WHILE_REVALIDATE_MS = 100;
export const STALE_IF_ERROR_MS = 300;

/** The deadline of the store's guard. */
const LONGEST_LOOKUP_MS = 50;

/** How long a call may take, and the lookups around it. */
export const LONGEST_DEED_MS = 250;
const LONGEST_CALL_MS = LONGEST_DEED_MS + 2 * LONGEST_LOOKUP_MS;

/** What one call of the step does. */
export interface Deed {
  readonly does: 'answers' | 'streams' | 'is overloaded' | 'is refused' | 'breaks off' | 'cannot be stored';
  readonly afterMs: number;
  readonly isObedient: boolean;
}

/** What somebody does to a cache, and when. */
export type Act = { readonly at: number; readonly process: 0 | 1; readonly page: 0 | 1 } & (
  | {
      readonly kind: 'ask';
      readonly control: CacheControl;
      readonly leavesAfterMs: number;
      readonly dueAfterMs: number;
    }
  | { readonly kind: 'invalidate' | 'invalidate tag' }
);

export interface Plan {
  readonly acts: readonly Act[];
  /** Taken one after the other, and again from the start. */
  readonly deeds: readonly Deed[];
  readonly latenciesMs: readonly number[];
  /** Whether requests have a tag; those without are looked up before there is a flight. */
  readonly isTagged: boolean;
}

/** An answer says when and by whom it was made. */
interface Answer {
  readonly page: number;
  readonly process: number;
  /** When its making began, in the order of everything that happened. */
  readonly begunAs: number;
  readonly madeAtMs: number;
  /** Only an odd answer may be read by nobody else. */
  readonly status: number;
}

/** What became of one execution. */
export interface Seen {
  readonly act: Extract<Act, { kind: 'ask' }>;
  readonly startedAs: number;
  readonly startedAtMs: number;
  readonly ended: 'answered' | 'overloaded' | 'refused' | 'left' | 'late' | 'not cached';
  readonly answer: Answer | undefined;
  readonly outcomes: readonly CacheOutcome[];
  /** Whether the answer came out of the store, and not from a call that was still under way. */
  readonly isFromStore: boolean;
  /** Whether it stood in for a call, which may have been under way for long; it was looked up before that. */
  readonly isSpare: boolean;
}

interface Invalidated {
  readonly act: Act;
  readonly begunAs: number;
  readonly endedAs: number;
  readonly endedAtMs: number;
}

/** Two processes with a cache each, on one store, that live through a plan. */
export class CacheInterleaving {
  readonly clock: ManualClock = manualClock();
  /** Those of the callers, which live on. */
  readonly signals: AbortSignal[] = [];
  readonly seen: Seen[] = [];
  readonly invalidated: Invalidated[] = [];
  readonly caches: readonly CachePrimitive<{ page: number }, unknown>[];
  readonly #plan: Plan;
  readonly #store: CacheStore;
  #happened = 0;
  #deeds = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    const { clock } = this;
    this.#store = guardedStore(latent(memoryStore({ clock }), clock, plan.latenciesMs), { clock, random: () => 0.5 });
    this.caches = [0, 1].map((process) => this.#process(process));
  }

  async live(): Promise<void> {
    const acts = this.#plan.acts.map((act) => this.#do(act));
    await this.clock.advance(5_000);
    await Promise.all(acts);
    await this.#store.close();
  }

  /**
   * What a caller was given although it had been invalidated before the caller came. Out of reach of another process are calls and
   * lookups that are under way in it, and entries that were invalidated by key.
   */
  revived(): readonly Seen[] {
    const { isTagged } = this.#plan;
    const done = this.invalidated.filter(({ act }) => isTagged || act.kind !== 'invalidate tag');
    return this.seen.filter((seen) => done.some((invalidated) => isRevived(seen, invalidated)));
  }

  #process(process: number): CachePrimitive<{ page: number }, unknown> {
    return new CachePrimitive(
      ({ page }: { page: number }, context: WorkflowContext) => this.#make(page, process, context),
      {
        store: this.#store,
        operation: 'chat',
        ttlMs: TTL_MS,
        staleWhileRevalidateMs: STALE_WHILE_REVALIDATE_MS,
        staleIfErrorMs: STALE_IF_ERROR_MS,
        refreshTimeoutMs: 200,
        random: () => 0.5,
        tags: this.#plan.isTagged ? () => ['site'] : undefined,
        cost: () => 1,
      },
    );
  }

  async #make(page: number, process: number, context: WorkflowContext): Promise<unknown> {
    const { deeds } = this.#plan;
    const deed = deeds[this.#deeds++ % deeds.length] as Deed;
    const begunAs = this.#happened++;
    await waited(this.clock, deed.afterMs, deed.isObedient ? context : undefined);
    const status = deed.does === 'cannot be stored' ? 500 : 200;
    const answer: Answer = { page, process, begunAs, madeAtMs: this.clock.epochMs(), status };
    if (deed.does === 'is overloaded') throw overloaded();
    if (deed.does === 'is refused') throw refused();
    return deed.does === 'streams' || deed.does === 'breaks off' ? stream(answer, deed.does === 'breaks off') : answer;
  }

  async #do(act: Act): Promise<void> {
    await waited(this.clock, act.at);
    if (act.kind === 'ask') return this.#ask(act);
    const cache = this.caches[act.process] as CachePrimitive<{ page: number }, unknown>;
    const context = new WorkflowContext({ clock: this.clock });
    const begunAs = this.#happened++;
    try {
      if (act.kind === 'invalidate tag') await cache.invalidateTag('site', context);
      else await cache[act.kind]({ page: act.page }, context);
    } catch (error) {
      if (error instanceof StoreError) return; // the caller knows that nothing may have been done
      throw error;
    }
    this.invalidated.push({ act, begunAs, endedAs: this.#happened++, endedAtMs: this.clock.epochMs() });
  }

  async #ask(act: Extract<Act, { kind: 'ask' }>): Promise<void> {
    const controller = new AbortController();
    this.signals.push(controller.signal);
    const outcomes: CacheOutcome[] = [];
    let isFromStore = false;
    let isSpare = false;
    const onOutcome = ({ outcome, tier, ageMs = 0 }: CacheReport): void => {
      outcomes.push(outcome);
      isFromStore = tier !== undefined;
      isSpare = act.control.maxStaleMs === undefined && ageMs >= TTL_MS + STALE_WHILE_REVALIDATE_MS;
    };
    const deadline = this.clock.now() + act.dueAfterMs;
    const context = new WorkflowContext({ clock: this.clock, signal: controller.signal, deadline });
    const leaving = this.clock.setTimer(() => controller.abort(new Error('left')), act.leavesAfterMs);
    const [startedAs, startedAtMs] = [this.#happened++, this.clock.epochMs()];
    const cache = this.caches[act.process] as CachePrimitive<{ page: number }, unknown>;
    const output = cache.execute({ page: act.page }, withCacheControl(context, { ...act.control, onOutcome }));
    const { ended, answer } = await output.then(read).then(
      (read) => ({ ended: 'answered' as const, answer: read }),
      (error: unknown) => ({ ended: endingOf(error), answer: undefined }),
    );
    leaving.cancel();
    this.seen.push({ act, startedAs, startedAtMs, ended, answer, outcomes, isFromStore, isSpare });
  }
}

function isRevived(
  { act, answer, startedAs, startedAtMs, isFromStore, isSpare }: Seen,
  { act: { kind, page, process }, begunAs, endedAs, endedAtMs }: Invalidated,
): boolean {
  if (answer === undefined || startedAs < endedAs || answer.begunAs > begunAs) return false;
  const isReached = kind === 'invalidate tag' || (page === act.page && process === answer.process);
  const longestMs = isSpare ? LONGEST_CALL_MS : LONGEST_LOOKUP_MS;
  return isReached && (process === act.process || (isFromStore && startedAtMs - endedAtMs > longestMs));
}

function endingOf(error: unknown): Exclude<Seen['ended'], 'answered'> {
  if (isNotCachedError(error)) return 'not cached';
  const { name, message } = error as Error;
  if (name === 'TimeoutError') return 'late';
  if (message === 'left' || message === 'overloaded') return message;
  if (message === 'bad request') return 'refused';
  throw error;
}

async function read(output: unknown): Promise<Answer> {
  if (!(output as object) || !(Symbol.asyncIterator in (output as object))) return output as Answer;
  let last: unknown;
  for await (const chunk of output as AsyncIterable<unknown>) last = chunk;
  return last as Answer;
}

async function* stream(answer: Answer, breaksOff: boolean): AsyncGenerator<unknown> {
  yield 'beginning';
  if (breaksOff) throw overloaded();
  yield answer;
}

/** Rejects with the reason when the context is aborted meanwhile. */
function waited(clock: Clock, delayMs: number, context?: WorkflowContext): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = clock.setTimer(resolve, delayMs);
  const forget = context?.onAbort((reason) => {
    timer.cancel();
    reject(reason);
  });
  return promise.finally(forget);
}

/** A store that takes its time, also more than it has. It is far from both processes: what is near is trusted without it for a while. */
function latent(store: CacheStore, clock: Clock, latenciesMs: readonly number[]): CacheStore {
  let asked = 0;
  const wait = (): Promise<void> => waited(clock, latenciesMs[asked++ % latenciesMs.length] ?? 0);
  return {
    get: async (key) => {
      await wait();
      return storedValue((await store.get(key))?.value);
    },
    set: (key, value, ttlMs) => wait().then(() => store.set(key, value, ttlMs)),
    setIfAbsent: (key, value, ttlMs) => wait().then(() => store.setIfAbsent(key, value, ttlMs)),
    delete: (key) => wait().then(() => store.delete(key)),
    close: () => store.close(),
  };
}
