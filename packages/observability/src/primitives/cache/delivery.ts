import { endOutputWith, type OutputEnd } from 'tta-dev-primitives/internal';
import type { Accounting } from './accounting.ts';
import { ageOf } from './entry/envelope.ts';
import type { Execution, OwnOutcome } from './execution.ts';
import type { StaleCause } from './facts.ts';
import type { Flight } from './flight/flight.ts';
import type { FlightOutcome, StoredAnswer, StreamAnswer, ValueAnswer } from './flight/flight-outcome.ts';
import { replay } from './flight/shared-stream.ts';

/** Who was spared a call, and by what; who made the call was not. */
const SOURCES = { hit: 'cache', coalesced: 'coalesced', miss: undefined, bypass: undefined } as const;

/** Makes one execution's own output of the common outcome of its flight, and counts it. */
export class Delivery<I> {
  readonly #accounting: Accounting<I>;

  constructor(accounting: Accounting<I>) {
    this.#accounting = accounting;
  }

  give(outcome: FlightOutcome, flight: Flight, ownOutcome: OwnOutcome, execution: Execution<I>): unknown {
    switch (outcome.kind) {
      case 'stored':
        return this.giveStored(outcome, execution);
      case 'value':
        return this.#giveValue(outcome, ownOutcome, execution);
      case 'stream':
        return this.#giveStream(outcome, flight, ownOutcome, execution);
    }
  }

  giveStored(stored: StoredAnswer, execution: Execution<I>): unknown {
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
    this.#accounting.conclude(staleCause === undefined ? outcome : 'stale', execution, { ageMs, tier });
    if (tier !== undefined) note('cache.tier', tier);
    note('cache.ageMs', ageMs);
    if (staleCause !== undefined) note('cache.staleServed', staleCause);
    if (!isSaving(staleCause)) return;
    const provenance = { usage: envelope.usage, model: envelope.answeredBy };
    this.#accounting.save(provenance, SOURCES[outcome] ?? 'cache', execution, entry);
  }

  #giveValue({ copies, provenance }: ValueAnswer, ownOutcome: OwnOutcome, execution: Execution<I>): unknown {
    this.#accounting.conclude(ownOutcome, execution);
    const source = SOURCES[ownOutcome];
    if (source !== undefined) this.#accounting.save(provenance, source, execution);
    return copies.take();
  }

  #giveStream(answer: StreamAnswer, flight: Flight, ownOutcome: OwnOutcome, execution: Execution<I>): unknown {
    this.#accounting.conclude(ownOutcome, execution);
    const source = SOURCES[ownOutcome];
    const { flow, output } = answer.stream.open((end) => {
      if (end.kind === 'complete' && source !== undefined)
        this.#accounting.save(answer.provenance(), source, execution);
      flight.leave(reasonOf(end));
    });
    const { abortSource } = execution.context;
    if (abortSource !== undefined) flow.endWith(abortSource);
    return answer.around === undefined ? output : answer.around(output);
  }
}

/** A stale answer in place of an error spares nobody any money: the call that failed was made. */
function isSaving(staleCause: StaleCause | undefined): boolean {
  return staleCause === undefined || staleCause === 'revalidating' || staleCause === 'accepted';
}

/** Why a reader left a flight; undefined if the stream and its flight have ended. */
function reasonOf(end: OutputEnd): unknown {
  if (end.kind === 'complete') return undefined;
  return end.kind === 'failed' ? end.error : new DOMException('every reader has left the stream', 'AbortError');
}
