import type { WorkflowContext } from 'tta-dev-primitives';
import { NotCachedError } from '../control/not-cached-error.ts';
import { ageOf, type EnvelopeHeader } from '../entry/envelope.ts';
import type { Landing, StoredAnswer } from '../flight/landing.ts';
import type { Flight } from '../flight/single-flight.ts';
import { failureCauseOf } from '../freshness/failure-cause.ts';
import { type Freshness, freshnessOf, isRefreshable } from '../freshness/freshness.ts';
import type { StaleRules } from '../freshness/stale-rules.ts';
import { type Current, type Generations, stampOf } from '../invalidation/generations.ts';
import type { Asking } from './asking.ts';
import type { Execution } from './execution.ts';
import type { Leasing } from './leasing.ts';
import type { Lookup } from './lookup.ts';
import type { Refreshing } from './refreshing.ts';
import type { KnownRequest } from './requests.ts';

/** What the store has just had for a request without tags. */
export interface Seen {
  readonly stored: StoredAnswer | undefined;
}

/** What the store has for a request. */
interface Found {
  readonly stored: StoredAnswer | undefined;
  readonly freshness: Freshness;
  /** What a new answer is stored with for its tags; undefined without tags. */
  readonly generation: (() => Promise<string | undefined>) | undefined;
}

export interface AnsweringParts<I> {
  readonly lookup: Lookup;
  readonly generations: Generations;
  readonly asking: Asking<I, unknown>;
  /** Undefined where processes do not share calls. */
  readonly leasing: Leasing | undefined;
  readonly rules: StaleRules;
  readonly refreshing: Refreshing<I>;
}

/** Answers everybody aboard a flight: from the store, from the step, or from the store because the step has failed. */
export class Answering<I> {
  readonly #parts: AnsweringParts<I>;

  constructor(parts: AnsweringParts<I>) {
    this.#parts = parts;
  }

  /**
   * @param seen - what the store has just had; it is looked up if that is not known
   * @throws the error of the step, untouched; a `NotCachedError` if the step must not be asked
   */
  async answer(
    flight: Flight<Landing>,
    request: KnownRequest,
    execution: Execution<I>,
    seen: Seen | undefined,
  ): Promise<Landing> {
    const { asking, leasing, refreshing, rules } = this.#parts;
    const { control, operation, context } = execution;
    const { stored, freshness, generation } = await this.#find(request, execution, seen);
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
    if (spare !== undefined) flight.standBy((reason) => this.#inTime(reason, spare, execution));
    try {
      const ask = (): Promise<Landing> =>
        asking.ask({ flight, request, execution, generation: generation?.(), hasSpare: spare !== undefined });
      if (leasing === undefined) return await ask();
      const again = (): Promise<StoredAnswer | undefined> => this.#findFresh(request, execution);
      return await leasing.ask(flight, request, execution, again, ask);
    } catch (error) {
      const substitute = flight.signal.aborted ? undefined : this.#inPlaceOf(error, spare, execution);
      if (substitute === undefined || (await this.#isOutdated(substitute, request, execution))) throw error;
      flight.done();
      flight.close();
      return substitute;
    }
  }

  /** Whether an answer without tags can be served as it is. */
  isFresh({ envelope }: StoredAnswer, execution: Execution<I>): boolean {
    return envelope.generation === undefined && this.#freshnessOf(envelope, execution) === 'fresh';
  }

  async #findFresh(request: KnownRequest, execution: Execution<I>): Promise<StoredAnswer | undefined> {
    const { stored, freshness } = await this.#find(request, execution);
    return freshness === 'fresh' ? stored : undefined;
  }

  /** For a caller whose time is over while the step is still being asked; one who has left is given nothing. */
  #inTime(reason: unknown, spare: StoredAnswer, execution: Execution<I>): StoredAnswer | undefined {
    return failureCauseOf(reason) === 'timeout' ? this.#inPlaceOf(reason, spare, execution) : undefined;
  }

  #inPlaceOf(error: unknown, spare: StoredAnswer | undefined, execution: Execution<I>): StoredAnswer | undefined {
    if (spare === undefined || this.#freshnessOf(spare.envelope, execution) === 'expired') return undefined; // its time may be over by now
    const staleCause = this.#parts.rules.causeOf(error, execution.context);
    return staleCause === undefined ? undefined : { ...spare, staleCause };
  }

  async #find(request: KnownRequest, execution: Execution<I>, seen?: Seen): Promise<Found> {
    const { lookup, generations } = this.#parts;
    const { context, note } = execution;
    const { tagKeys } = request;
    const reading = tagKeys.length === 0 ? undefined : generations.read(tagKeys, context.clock, note);
    const { stored } = seen ?? { stored: await lookup.find(request, note) };
    const current = reading && (await reading);
    const isCurrent =
      tagKeys.length === 0
        ? stored?.envelope.generation === undefined
        : this.#isCurrent(stored, tagKeys, current, context);
    const freshness = isCurrent && stored !== undefined ? this.#freshnessOf(stored.envelope, execution) : 'expired';
    const generation = reading && (() => generations.found(tagKeys, current, note));
    return { stored, freshness, generation };
  }

  /** Whether a tag was invalidated while the step was being asked; a store that cannot tell takes nothing away. */
  async #isOutdated({ envelope }: StoredAnswer, { tagKeys }: KnownRequest, execution: Execution<I>): Promise<boolean> {
    if (tagKeys.length === 0) return false;
    const { context, note } = execution;
    const current = await this.#parts.generations.read(tagKeys, context.clock, note);
    return current !== undefined && envelope.generation !== stampOf(tagKeys, current);
  }

  /** What is near goes on for a while without the far tier, which decides. */
  #isCurrent(
    stored: StoredAnswer | undefined,
    tagKeys: readonly string[],
    current: Current | undefined,
    { clock }: WorkflowContext,
  ): boolean {
    const trusted = current ?? (stored?.tier === 'near' ? this.#parts.generations.recall(tagKeys, clock) : undefined);
    const stamp = stampOf(tagKeys, trusted);
    return stamp !== undefined && stored?.envelope.generation === stamp;
  }

  #freshnessOf(envelope: EnvelopeHeader, { context, control }: Execution<I>): Freshness {
    return freshnessOf(envelope, ageOf(envelope, context.clock.epochMs()), this.#parts.rules, control);
  }
}
