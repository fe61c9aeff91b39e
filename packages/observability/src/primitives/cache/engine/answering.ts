import { NotCachedError } from '../control/not-cached-error.ts';
import { ageOf } from '../entry/envelope.ts';
import type { StaleCause } from '../facts.ts';
import type { Landing, StoredAnswer } from '../flight/landing.ts';
import type { Flight } from '../flight/single-flight.ts';
import { type Freshness, freshnessOf, isRefreshable } from '../freshness/freshness.ts';
import type { StaleRules } from '../freshness/stale-rules.ts';
import { type Generations, stampOf } from '../invalidation/generations.ts';
import type { CacheStore } from '../store/store.ts';
import type { Asking } from './asking.ts';
import type { Execution } from './execution.ts';
import { lookUp } from './lookup.ts';
import type { Refreshing } from './refreshing.ts';
import type { KnownRequest } from './requests.ts';

/** What the store has for a request. */
interface Found {
  readonly stored: StoredAnswer | undefined;
  readonly freshness: Freshness;
  /** What a new answer is stored with for its tags; undefined without tags. */
  readonly generation: (() => Promise<string | undefined>) | undefined;
}

export interface AnsweringParts<I> {
  readonly store: CacheStore;
  readonly generations: Generations;
  readonly asking: Asking<I, unknown>;
  readonly rules: StaleRules;
  readonly refreshing: Refreshing<I>;
}

/** Answers everybody aboard a flight: from the store, from the step, or from the store because the step has failed. */
export class Answering<I> {
  readonly #parts: AnsweringParts<I>;

  constructor(parts: AnsweringParts<I>) {
    this.#parts = parts;
  }

  /** @throws the error of the step, untouched; a `NotCachedError` if the step must not be asked */
  async answer(flight: Flight<Landing>, request: KnownRequest, execution: Execution<I>): Promise<Landing> {
    const { asking, refreshing, rules } = this.#parts;
    const { control, operation, context } = execution;
    const { stored, freshness, generation } = await this.#find(request, execution);
    if (stored !== undefined && (freshness === 'fresh' || freshness === 'stale')) {
      flight.done();
      flight.close();
      if (freshness === 'fresh') return stored;
      const isRefreshed = isRefreshable(stored.envelope, ageOf(stored.envelope, context.clock.epochMs()), rules);
      if (isRefreshed && control?.onlyIfCached !== true) refreshing.refresh(request, execution);
      return { ...stored, staleCause: isRefreshed ? 'revalidating' : 'accepted' };
    }
    if (control?.onlyIfCached === true) throw new NotCachedError(operation);
    const spare = freshness === 'spare' ? stored : undefined;
    try {
      return await asking.ask({
        flight,
        request,
        execution,
        generation: generation?.(),
        hasSpare: spare !== undefined,
      });
    } catch (error) {
      const staleCause: StaleCause | undefined =
        spare === undefined || flight.signal.aborted ? undefined : rules.causeOf(error, context);
      if (spare === undefined || staleCause === undefined) throw error;
      flight.done();
      flight.close();
      return { ...spare, staleCause };
    }
  }

  async #find(request: KnownRequest, { context, control, note }: Execution<I>): Promise<Found> {
    const { store, generations, rules } = this.#parts;
    const { tagKeys } = request;
    const reading = tagKeys.length === 0 ? undefined : generations.read(tagKeys, context.clock, note);
    const stored = await lookUp(store, request, note);
    const current = reading && (await reading);
    const stamp = stampOf(tagKeys, current);
    const isInvalidated = stored?.envelope.generation !== stamp || (stamp === undefined && tagKeys.length > 0);
    const freshness =
      stored === undefined || isInvalidated
        ? 'expired'
        : freshnessOf(stored.envelope, ageOf(stored.envelope, context.clock.epochMs()), rules, control);
    const generation = reading && (() => generations.found(tagKeys, current, note));
    return { stored, freshness, generation };
  }
}
