import { ageOf } from '../entry/envelope.ts';
import type { Landing, StoredAnswer, StreamAnswer, ValueAnswer } from '../flight/landing.ts';
import { replay } from '../flight/shared-stream.ts';
import type { Flight } from '../flight/single-flight.ts';
import type { Accounting } from './accounting.ts';
import type { Execution, OwnOutcome } from './execution.ts';

const SOURCES = { hit: 'cache', coalesced: 'coalesced' } as const;

/** Makes one execution's own output of the common outcome of its flight, and counts it. */
export class Taking<I> {
  readonly #accounting: Accounting<I>;

  constructor(accounting: Accounting<I>) {
    this.#accounting = accounting;
  }

  take(outcome: Landing, flight: Flight<Landing>, ownOutcome: OwnOutcome, execution: Execution<I>): unknown {
    switch (outcome.kind) {
      case 'stored':
        return this.#takeStored(outcome, execution);
      case 'value':
        return this.#takeValue(outcome, ownOutcome, execution);
      case 'stream':
        return this.#takeStream(outcome, flight, ownOutcome, execution);
    }
  }

  #takeStored({ envelope, copies, tier }: StoredAnswer, execution: Execution<I>): unknown {
    const { context, note } = execution;
    this.#accounting.conclude('hit', note);
    if (tier !== undefined) note('cache.tier', tier);
    note('cache.ageMs', ageOf(envelope, context.clock.epochMs()));
    this.#accounting.save({ usage: envelope.usage, model: envelope.answeredBy }, 'cache', execution);
    return envelope.form === 'value' ? copies.takeUnpaid() : replay(envelope.form, copies.take() as unknown[]);
  }

  #takeValue({ copies, making }: ValueAnswer, ownOutcome: OwnOutcome, execution: Execution<I>): unknown {
    this.#accounting.conclude(ownOutcome, execution.note);
    if (ownOutcome === 'miss') return copies.take();
    this.#accounting.save(making, SOURCES[ownOutcome], execution);
    return copies.takeUnpaid();
  }

  #takeStream(answer: StreamAnswer, flight: Flight<Landing>, ownOutcome: OwnOutcome, execution: Execution<I>): unknown {
    this.#accounting.conclude(ownOutcome, execution.note);
    let forgetAbort = (): void => {};
    const { stream, fail } = answer.stream.open(ownOutcome === 'miss', (end) => {
      forgetAbort();
      if (end.kind === 'complete' && ownOutcome !== 'miss')
        this.#accounting.save(answer.making(), SOURCES[ownOutcome], execution);
      flight.leave(
        end.kind === 'failed' ? end.error : new DOMException('every reader has left the stream', 'AbortError'),
      );
    });
    forgetAbort = execution.context.onAbort(fail);
    return stream;
  }
}
