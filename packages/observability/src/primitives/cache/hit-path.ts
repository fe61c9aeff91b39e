import type { WorkflowContext } from 'tta-dev-primitives';
import { endOutputWith, type OutputEnd, onDeadline } from 'tta-dev-primitives/internal';
import type { Accounting } from './accounting.ts';
import { isOrdinary, variantOf } from './control/cache-control.ts';
import { NotCachedError } from './control/not-cached-error.ts';
import type { EntryReader } from './entry/entry-reader.ts';
import { ageOf } from './entry/envelope.ts';
import { replay } from './entry/replay.ts';
import type { Execution, OwnOutcome } from './execution.ts';
import type { StaleCause } from './facts.ts';
import type { Boarding, Flight, Flights, FlightWaiter } from './flight/flight.ts';
import type { FlightOutcome, StoredAnswer, StreamAnswer, ValueAnswer } from './flight/flight-outcome.ts';
import { freshnessNow } from './freshness/freshness.ts';
import type { StaleRules } from './freshness/stale-rules.ts';
import type { MissPath } from './miss-path.ts';
import type { Refresher } from './refresher.ts';
import type { KnownRequest } from './request/request-reader.ts';
import type { StepCall } from './step-call.ts';
import type { ReportingStore } from './store/reporting-store.ts';

export interface HitPathParts<I> {
  readonly store: ReportingStore;
  readonly entries: EntryReader;
  readonly flights: Flights;
  readonly missPath: MissPath<I>;
  readonly refresher: Refresher<I>;
  readonly stepCall: StepCall<I>;
  readonly accounting: Accounting<I>;
  readonly rules: StaleRules;
  /** Whether this process shares no calls with others. */
  readonly isAlone: boolean;
}

/** Who was spared a call, and by what; who made the call was not. */
const SOURCES = { hit: 'cache', coalesced: 'coalesced', miss: undefined, bypass: undefined } as const;

/**
 * Serves one execution whose request is known: at once with a fresh answer that is in this process, and else by a flight that everybody
 * boards who asks the same meanwhile.
 */
export class HitPath<I> {
  readonly #parts: HitPathParts<I>;

  constructor(parts: HitPathParts<I>) {
    this.#parts = parts;
  }

  /**
   * Gives an output, or a promise of it. No async function: on the way of every hit each turn of the queue counts.
   *
   * @throws the error of the step, untouched; a `NotCachedError` if the step must not be asked; the reason of a caller who leaves
   */
  serve(request: KnownRequest, execution: Execution<I>): unknown {
    const { store, entries, rules } = this.#parts;
    if (request.tagKeys.length > 0) return this.#board(request, execution, false);
    const resident = store.peek?.(request.key.text);
    if (resident === undefined) return this.#board(request, execution, store.isResident === true);
    const found = entries.peek(request, resident.value);
    const isServed =
      found !== undefined &&
      isOrdinary(execution.control) &&
      freshnessNow(found.envelope, execution, rules) === 'fresh';
    return isServed ? this.#giveStored(found, execution) : this.#board(request, execution, false);
  }

  /** @param isAbsent - whether the store is known to have no answer */
  #board(request: KnownRequest, execution: Execution<I>, isAbsent: boolean): Promise<unknown> {
    const { refresher, accounting } = this.#parts;
    const { operation, control } = execution;
    const isRefresh = control?.noCache === true;
    if (isRefresh && control.onlyIfCached === true) {
      accounting.conclude('bypass', execution);
      throw new NotCachedError(operation); // `onlyIfCached` with `noCache` can never be served
    }
    const { flight, isStarter } = isRefresh
      ? refresher.join(request, execution)
      : this.#join(request, execution, isAbsent);
    const joined = flight.isDone ? 'hit' : 'coalesced'; // an answer not stored yet is a hit too
    const ownOutcome: OwnOutcome = isStarter ? (isRefresh ? 'bypass' : 'miss') : joined;
    const boarded = { flight, isStarter, ownOutcome, execution };
    return new Promise((resolve, reject) => new Passenger(this, boarded, resolve, reject));
  }

  /** Callers share a flight when they ask the same in the same form, and of the cache the same too. */
  #join(request: KnownRequest, execution: Execution<I>, isAbsent: boolean): Boarding {
    const { flights, missPath, stepCall, isAlone } = this.#parts;
    const { key, tagKeys, flightKey } = request;
    const { control } = execution;
    const isAsked = isAbsent && isAlone && control?.onlyIfCached !== true;
    const work = (flight: Flight): Promise<void> => {
      if (isAsked) flight.asks();
      const answered = isAsked
        ? stepCall.answer({ flight, request, execution, generation: undefined })
        : missPath.answer(flight, request, execution);
      // It goes on for others when the caller who started it leaves, and may call the step then.
      execution.background(answered, execution.context);
      return answered;
    };
    const variant = control === undefined ? flightKey : flightKey + variantOf(control);
    return flights.join(variant, [key.text, ...tagKeys], work, control?.maxAgeMs !== undefined);
  }

  /** An execution's own output of the common outcome of its flight, counted. */
  give(outcome: FlightOutcome, { flight, isStarter, ownOutcome: own, execution }: Boarded<I>): unknown {
    if (isStarter && !flight.hasSettled) flight.disown();
    const ownOutcome = flight.takesOver() ? 'miss' : own;
    switch (outcome.kind) {
      case 'stored':
        return this.#giveStored(outcome, execution);
      case 'value':
        return this.#giveValue(outcome, ownOutcome, execution);
      case 'stream':
        return this.#giveStream(outcome, flight, ownOutcome, execution);
    }
  }

  #giveStored(stored: StoredAnswer, execution: Execution<I>): unknown {
    const { envelope, copies } = stored;
    this.#count(stored, execution);
    const { form } = envelope;
    if (form === 'value') return copies.take();
    const output = form === 'bytes' ? copies.take() : replay(form, copies.take() as unknown[]);
    const { abortSource } = execution.context;
    return abortSource === undefined ? output : endOutputWith(output, abortSource);
  }

  #count({ envelope, entry, tier, staleCause, isAwaited = false }: StoredAnswer, execution: Execution<I>): void {
    const { context, note } = execution;
    const ageMs = ageOf(envelope, context.clock.epochMs());
    const outcome = isAwaited ? 'coalesced' : 'hit';
    this.#parts.accounting.conclude(staleCause === undefined ? outcome : 'stale', execution, { ageMs, tier });
    if (tier !== undefined) note('cache.tier', tier);
    note('cache.ageMs', ageMs);
    if (staleCause !== undefined) note('cache.staleServed', staleCause);
    if (!isSaving(staleCause)) return;
    const { usage, answeredBy: model, paidUsd } = envelope;
    const provenance = { usage, model, paidUsd };
    this.#parts.accounting.save(provenance, SOURCES[outcome] ?? 'cache', execution, entry);
  }

  #giveValue({ copies, provenance }: ValueAnswer, ownOutcome: OwnOutcome, execution: Execution<I>): unknown {
    this.#parts.accounting.conclude(ownOutcome, execution);
    const source = SOURCES[ownOutcome];
    if (source !== undefined) this.#parts.accounting.save(provenance, source, execution);
    return copies.take();
  }

  #giveStream(answer: StreamAnswer, flight: Flight, ownOutcome: OwnOutcome, execution: Execution<I>): unknown {
    this.#parts.accounting.conclude(ownOutcome, execution);
    const source = SOURCES[ownOutcome];
    const { flow, output } = answer.stream.open((end) => {
      if (end.kind === 'complete' && source !== undefined)
        this.#parts.accounting.save(answer.provenance(), source, execution);
      flight.leave(reasonOf(end));
    });
    const { abortSource } = execution.context;
    if (abortSource !== undefined) flow.endWith(abortSource);
    return answer.around === undefined ? output : answer.around(output);
  }

  /** Counts an execution that got no output. */
  count(outcome: OwnOutcome, execution: Execution<I>): void {
    this.#parts.accounting.conclude(outcome, execution);
  }
}

interface Boarded<I> extends Boarding {
  readonly ownOutcome: OwnOutcome;
  readonly execution: Execution<I>;
}

/**
 * One execution aboard a flight. It is given its own output of the common outcome, or the error of the work, the same object for
 * everybody. It leaves when its own context is aborted or its own deadline has passed, with that reason, unless something stands by.
 */
class Passenger<I> implements FlightWaiter {
  before: FlightWaiter | undefined;
  after: FlightWaiter | undefined;
  readonly #path: HitPath<I>;
  readonly #boarded: Boarded<I>;
  readonly #resolve: (output: unknown) => void;
  readonly #reject: (error: unknown) => void;
  #forgetDeadline: (() => void) | undefined;
  #forgetAbort: (() => void) | undefined;

  constructor(
    path: HitPath<I>,
    boarded: Boarded<I>,
    resolve: (output: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.#path = path;
    this.#boarded = boarded;
    this.#resolve = resolve;
    this.#reject = reject;
    const { flight, execution } = boarded;
    const { context } = execution;
    flight.whenSettled(this);
    if (flight.hasSettled) return;
    if (isUnattended(context)) this.#forgetDeadline = onDeadline(context, (expired) => this.#leave(expired));
    if (context.isAbortable) this.#forgetAbort = context.onAbort((reason) => this.#leave(reason));
  }

  landed(outcome: FlightOutcome): void {
    this.#stopWaiting();
    try {
      this.#resolve(this.#path.give(outcome, this.#boarded));
    } catch (error) {
      this.#fail(error);
    }
  }

  failed(error: unknown): void {
    this.#stopWaiting();
    this.#fail(error);
  }

  #leave(reason: unknown): void {
    const { flight } = this.#boarded;
    this.#stopWaiting();
    const rescue = flight.rescueFrom(reason);
    if (rescue === undefined) this.#fail(reason);
    else this.landed(rescue);
    flight.leave(reason);
  }

  #stopWaiting(): void {
    this.#boarded.flight.forget(this);
    this.#forgetAbort?.();
    this.#forgetDeadline?.();
  }

  #fail(error: unknown): void {
    const { flight, isStarter, ownOutcome, execution } = this.#boarded;
    const hasLeft = execution.context.isAborted || !flight.hasSettled; // who left before the answer has been spared nothing
    const isSpared = !hasLeft && execution.control?.onlyIfCached !== true;
    this.#path.count(isSpared || isStarter ? ownOutcome : 'miss', execution);
    this.#reject(error);
  }
}

/** Whether a context has a deadline that only this primitive can enforce. */
function isUnattended({ deadline, isDeadlineOwned }: WorkflowContext): boolean {
  return deadline !== Infinity && !isDeadlineOwned;
}

/** A stale answer in place of an error saves no money: the call that failed was made. */
function isSaving(staleCause: StaleCause | undefined): boolean {
  return staleCause === undefined || staleCause === 'revalidating' || staleCause === 'accepted';
}

/** Why a reader left a flight; undefined if the stream and its flight have ended. */
function reasonOf(end: OutputEnd): unknown {
  if (end.kind === 'complete') return undefined;
  return end.kind === 'failed' ? end.error : new DOMException('every reader has left the stream', 'AbortError');
}
