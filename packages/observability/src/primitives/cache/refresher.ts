import type { Accounting } from './accounting.ts';
import type { Execution } from './execution.ts';
import type { RefreshOutcome } from './facts.ts';
import type { Boarding, Flight, Flights } from './flight/flight.ts';
import type { FlightOutcome, StreamAnswer } from './flight/flight-outcome.ts';
import type { Generations } from './invalidation/generations.ts';
import type { KnownRequest } from './request/request-reader.ts';
import type { StepCall } from './step-call.ts';

export interface RefresherParts<I> {
  readonly flights: Flights;
  readonly stepCall: StepCall<I>;
  readonly generations: Generations;
  readonly accounting: Accounting<I>;
  /** How long a refresh may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** How long an entry is left alone after a refresh that has brought nothing, in milliseconds: a provider in trouble is not helped by more calls. */
const PAUSE_MS = 1_000;

/** Pauses are forgotten all at once beyond that many. */
const MAX_PAUSES = 1_000;

/**
 * Asks the step again for what is stored: in the background once for each key, or for callers who want no stored answer.
 *
 * A refresh that fails, is late or may not be stored leaves the old answer where it is.
 */
export class Refresher<I> {
  readonly #parts: RefresherParts<I>;
  /** Until when a key is left alone, in milliseconds of the clock. */
  readonly #pauses = new Map<string, number>();

  constructor(parts: RefresherParts<I>) {
    this.#parts = parts;
  }

  /** The flight of callers who want no stored answer; they share it with a refresh under way. */
  join(request: KnownRequest, execution: Execution<I>, background?: { readonly deadline: number }): Boarding {
    const { flights, stepCall, generations } = this.#parts;
    const { note, context } = execution;
    const { key, form, tagKeys } = request;
    const isInBackground = background !== undefined;
    const ask = async (flight: Flight): Promise<void> => {
      flight.asks();
      const current = tagKeys.length === 0 ? undefined : await generations.read(tagKeys, context.clock, note);
      const generation = tagKeys.length === 0 ? undefined : generations.found(tagKeys, current, note);
      await stepCall.answer({ flight, request, execution, generation, isInBackground, ...background });
    };
    const work = (flight: Flight): Promise<void> => {
      const asked = ask(flight);
      execution.background(asked, context); // which goes on for others when the caller who started it leaves
      return asked;
    };
    return flights.join(`${key.text} ${form} refresh`, [key.text, ...tagKeys], work, !isInBackground);
  }

  /** Refreshes an entry in the background; returns at once and never fails. */
  refresh(request: KnownRequest, execution: Execution<I>): void {
    const { clock } = execution.context;
    const key = request.key.text;
    if ((this.#pauses.get(key) ?? 0) > clock.now()) return;
    const { flight, isStarter } = this.join(request, execution, { deadline: clock.now() + this.#parts.timeoutMs });
    if (isStarter) execution.background(this.#attend(flight, key, execution), execution.context);
    else flight.leave(undefined); // a caller waits for it already
  }

  /** Stays aboard until the refresh has ended or its time is over. */
  async #attend(flight: Flight, key: string, execution: Execution<I>): Promise<void> {
    const { clock } = execution.context;
    const { promise, resolve } = Promise.withResolvers<RefreshOutcome>();
    const expired = new DOMException('the refresh has taken too long', 'TimeoutError');
    let end = (): void => flight.leave(expired);
    let isLate = false;
    const timer = clock.setTimer(() => {
      isLate = true;
      resolve('timed_out');
      end();
    }, this.#parts.timeoutMs);
    timer.unref?.();
    flight.whenSettled({
      landed: (outcome) => {
        if (isLate) return;
        const reading = outcome.kind === 'stream' ? readThrough(outcome, flight) : undefined;
        end = () => reading?.fail(expired);
        void this.#settle(outcome, reading?.isComplete, flight, execution).then(resolve);
      },
      failed: () => resolve('failed'),
    });
    const outcome = await promise;
    timer.cancel();
    if (outcome !== 'stored') this.#pause(key, clock.now());
    this.#parts.accounting.refreshed(outcome, execution);
  }

  async #settle(
    outcome: FlightOutcome,
    isComplete: Promise<boolean> | undefined,
    flight: Flight,
    execution: Execution<I>,
  ): Promise<RefreshOutcome> {
    if (isComplete !== undefined && !(await isComplete)) return 'failed';
    if (outcome.kind === 'value') this.#parts.accounting.pay(outcome.provenance, execution);
    if (outcome.kind === 'stream') this.#parts.accounting.pay(outcome.provenance(), execution);
    await flight.whenClosed();
    return flight.isKept ? 'stored' : 'not_stored';
  }

  #pause(key: string, now: number): void {
    if (this.#pauses.size >= MAX_PAUSES) this.#pauses.clear();
    this.#pauses.set(key, now + PAUSE_MS);
  }
}

/** Reads a stream to its end, so it can be stored. */
function readThrough(
  { stream }: StreamAnswer,
  flight: Flight,
): { readonly isComplete: Promise<boolean>; readonly fail: (error: unknown) => void } {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const { flow, output } = stream.open((end) => {
    resolve(end.kind === 'complete');
    flight.leave(end.kind === 'failed' ? end.error : undefined);
  });
  void drain(output as AsyncIterable<unknown>);
  return { isComplete: promise, fail: (error) => flow.stop(error) };
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _chunk of stream);
  } catch {
    // How the stream has ended is told to its opener.
  }
}
