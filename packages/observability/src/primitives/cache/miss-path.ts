import { NotCachedError } from './control/not-cached-error.ts';
import type { EntryReader } from './entry/entry-reader.ts';
import { ageOf } from './entry/envelope.ts';
import type { Execution } from './execution.ts';
import type { Flight } from './flight/flight.ts';
import type { FlightOutcome, StoredAnswer } from './flight/flight-outcome.ts';
import { contend } from './flight/lease/contender.ts';
import type { LeaseEnd, LeaseStore } from './flight/lease/lease.ts';
import type { LeaseTerms } from './flight/lease/lease-options.ts';
import { type Freshness, freshnessNow, isRefreshable } from './freshness/freshness.ts';
import { failureCauseOf, type StaleRules } from './freshness/stale-rules.ts';
import { type Generations, stampOf } from './invalidation/generations.ts';
import type { Refresher } from './refresher.ts';
import type { KnownRequest } from './request/request-reader.ts';
import type { StepCall } from './step-call.ts';

/** Where processes that share a store share calls. */
export interface SharedCalls {
  readonly store: LeaseStore;
  readonly terms: LeaseTerms;
}

export interface MissPathParts<I> {
  readonly entries: EntryReader;
  readonly generations: Generations;
  readonly stepCall: StepCall<I>;
  /** Undefined where processes do not share calls. */
  readonly shared: SharedCalls | undefined;
  readonly rules: StaleRules;
  readonly refresher: Refresher<I>;
}

/** What the store has for a request. */
interface Found {
  readonly stored: StoredAnswer | undefined;
  readonly freshness: Freshness;
  /** Whether the store has an answer that is not given before the step has shown that it gives such answers. */
  readonly isOtherKind?: boolean | undefined;
  /** What a new answer is stored with for its tags; undefined without tags. */
  readonly generation?: (() => Promise<string | undefined>) | undefined;
}

const NOTHING: Found = { stored: undefined, freshness: 'expired' };
const OTHER_KIND: Found = { ...NOTHING, isOtherKind: true };

/** Answers everybody aboard a flight: from the store, from the step, or from the store because the step has failed. */
export class MissPath<I> {
  readonly #parts: MissPathParts<I>;

  constructor(parts: MissPathParts<I>) {
    this.#parts = parts;
  }

  /**
   * Lands the flight.
   *
   * @throws the error of the step, untouched; a `NotCachedError` if the step must not be asked
   */
  async answer(flight: Flight, request: KnownRequest, execution: Execution<I>): Promise<void> {
    const { control, operation } = execution;
    let found: Found;
    do found = await flight.look(() => this.#find(request, execution));
    while (flight.isOutdated); // served in the same turn, or not at all
    const { stored, freshness } = found;
    if (stored !== undefined && (freshness === 'fresh' || freshness === 'stale')) {
      return settle(flight, freshness === 'fresh' ? stored : this.#stale(stored, request, execution));
    }
    flight.asks();
    if (control?.onlyIfCached === true) throw new NotCachedError(operation);
    const spare = freshness === 'spare' ? stored : undefined;
    if (spare !== undefined) flight.standBy((reason) => this.#inTime(reason, spare, execution));
    try {
      await this.#ask(flight, request, execution, found);
    } catch (error) {
      const substitute = flight.abortSource.isAborted ? undefined : this.#inPlaceOf(error, spare, execution);
      if (substitute === undefined || (await this.#isOutdated(substitute, request, execution))) throw error;
      settle(flight, substitute);
    }
  }

  /** A stale answer, which is refreshed in the background if the cache has it so and not merely this caller. */
  #stale(stored: StoredAnswer, request: KnownRequest, execution: Execution<I>): StoredAnswer {
    const { refresher, rules } = this.#parts;
    const { context, control } = execution;
    const isRefreshed = isRefreshable(stored.envelope, ageOf(stored.envelope, context.clock.epochMs()), rules);
    if (isRefreshed && control?.onlyIfCached !== true) refresher.refresh(request, execution);
    return { ...stored, staleCause: isRefreshed ? 'revalidating' : 'accepted' };
  }

  /** Asks the step, unless another process is asking it already or has just done so. */
  async #ask(
    flight: Flight,
    request: KnownRequest,
    execution: Execution<I>,
    { generation, stored, freshness }: Found,
  ): Promise<void> {
    const { stepCall, shared } = this.#parts;
    const ask = (): Promise<FlightOutcome> => {
      const hasSpare = stored !== undefined && freshness === 'spare';
      return stepCall.ask({ flight, request, execution, generation: generation?.(), hasSpare });
    };
    if (shared === undefined) return flight.land(await ask());
    const { context, note } = execution;
    const find = (): Promise<StoredAnswer | 'in_vain' | undefined> => this.#findFresh(request, execution);
    const contest = { key: request.key.text, find, signal: flight.abortSource.signal, clock: context.clock, note };
    const verdict = await contend(contest, shared.store, shared.terms);
    if (verdict.kind === 'alone') return flight.land(await ask());
    if (verdict.kind === 'answered') return settle(flight, { ...verdict.answer, isAwaited: verdict.hasWaited });
    const { lease } = verdict;
    void flight.whenClosed().then(() => lease.release(leaseEndOf(flight)));
    try {
      const outcome = await ask();
      if (outcome.kind === 'stream') lease.streams();
      flight.land(outcome);
    } catch (error) {
      lease.release('failed');
      throw error;
    }
  }

  /** Looks again while another process asks its step; `in_vain` if this process cannot serve what that gives before its own step has answered. */
  async #findFresh(request: KnownRequest, execution: Execution<I>): Promise<StoredAnswer | 'in_vain' | undefined> {
    const { stored, freshness, isOtherKind } = await this.#find(request, execution);
    if (isOtherKind === true) return 'in_vain';
    return freshness === 'fresh' ? stored : undefined;
  }

  /** For a caller whose time is over while the step is still being asked; one who has left is given nothing. */
  #inTime(reason: unknown, spare: StoredAnswer, execution: Execution<I>): StoredAnswer | undefined {
    return failureCauseOf(reason) === 'timeout' ? this.#inPlaceOf(reason, spare, execution) : undefined;
  }

  #inPlaceOf(error: unknown, spare: StoredAnswer | undefined, execution: Execution<I>): StoredAnswer | undefined {
    const { rules } = this.#parts;
    if (spare === undefined || freshnessNow(spare.envelope, execution, rules) === 'expired') return undefined; // its time may be over by now
    const staleCause = rules.causeOf(error, execution.context);
    return staleCause === undefined ? undefined : { ...spare, staleCause };
  }

  /** What the store has, and beside it the generations of the tags. */
  async #find(request: KnownRequest, execution: Execution<I>): Promise<Found> {
    const { entries, generations, rules } = this.#parts;
    const { context, note } = execution;
    const { tagKeys } = request;
    if (tagKeys.length === 0) {
      const stored = await entries.find(request, note, context.clock.epochMs());
      if (stored === 'other_kind') return OTHER_KIND;
      if (stored === undefined || stored.envelope.generation !== undefined) return NOTHING;
      return { stored, freshness: freshnessNow(stored.envelope, execution, rules) };
    }
    const reading = generations.read(tagKeys, context.clock, note);
    const found = await entries.find(request, note, context.clock.epochMs());
    const isOtherKind = found === 'other_kind';
    const stored = isOtherKind ? undefined : found;
    const current = await reading;
    // What is near goes on for a while without the far tier, which decides.
    const trusted = current ?? (stored?.tier === 'near' ? generations.recall(tagKeys, context.clock) : undefined);
    const stamp = stampOf(tagKeys, trusted);
    // Its generation is lost, and no name is given twice: it is never good again.
    if (stored !== undefined && current?.includes(undefined) === true) entries.remove(request, note);
    const isCurrent = stored !== undefined && stamp !== undefined && stored.envelope.generation === stamp;
    return {
      stored,
      freshness: isCurrent ? freshnessNow(stored.envelope, execution, rules) : 'expired',
      isOtherKind,
      generation: () => generations.found(tagKeys, current, note),
    };
  }

  /** Whether a tag was invalidated while the step was being asked; a store that cannot tell takes nothing away. */
  async #isOutdated({ envelope }: StoredAnswer, { tagKeys }: KnownRequest, execution: Execution<I>): Promise<boolean> {
    if (tagKeys.length === 0) return false;
    const { context, note } = execution;
    const current = await this.#parts.generations.read(tagKeys, context.clock, note);
    return current !== undefined && envelope.generation !== stampOf(tagKeys, current);
  }
}

/** Lands a flight with an answer that is stored already. */
function settle(flight: Flight, stored: StoredAnswer): void {
  flight.done();
  flight.close();
  flight.land(stored);
}

function leaseEndOf(flight: Flight): LeaseEnd {
  if (flight.isKept) return 'stored';
  return flight.abortSource.isAborted ? 'failed' : 'uncacheable';
}
