import { isStream, type WorkflowPrimitive } from 'tta-dev-primitives';
import { modelOf, usageOf } from '../../../llm/usage.ts';
import { judge } from '../entry/cacheability.ts';
import { isGeminiInstance } from '../entry/gemini-instance.ts';
import { Copies, losslessJson } from '../entry/payload.ts';
import type { Landing, Making } from '../flight/landing.ts';
import { SharedStream } from '../flight/shared-stream.ts';
import type { Flight } from '../flight/single-flight.ts';
import { type CacheRequest, type RequestKeyOptions, requestKey } from '../key/request-key.ts';
import type { Execution } from './execution.ts';
import type { Keeping } from './keeping.ts';

const UNKNOWN_MAKING: Making = { usage: undefined, model: undefined };

/** Asks the step on behalf of a flight, and makes its answer one that several can take and the store may keep. */
export class Asking<I, O> {
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #identity: RequestKeyOptions<I>;
  readonly #keeping: Keeping<I>;

  constructor(step: WorkflowPrimitive<I, O>, identity: RequestKeyOptions<I>, keeping: Keeping<I>) {
    this.#step = step;
    this.#identity = identity;
    this.#keeping = keeping;
  }

  async ask(flight: Flight<Landing>, request: CacheRequest, execution: Execution<I>): Promise<Landing> {
    const { input, context, note } = execution;
    try {
      if (await this.#isChanged(request, execution)) flight.forbidKeeping();
      const output = await this.#step.execute(
        input,
        context.detach(this.#identity.operation, { signal: flight.signal }),
      );
      return isStream(output)
        ? this.#landStream(output, flight, request, execution)
        : this.#landValue(output, flight, request, execution);
    } catch (error) {
      if (!flight.signal.aborted) note('cache.skipped', 'error');
      throw error;
    }
  }

  /** Whether the input was changed while it was looked up, by a caller who goes on with it without waiting. */
  async #isChanged({ key }: CacheRequest, { input, context }: Execution<I>): Promise<boolean> {
    const present = await requestKey(input, context, this.#identity);
    return typeof present === 'string' || present.key.digest !== key.digest;
  }

  #landValue(output: O, flight: Flight<Landing>, request: CacheRequest, execution: Execution<I>): Landing {
    flight.done();
    const payload = losslessJson(output);
    const making = makingOf(output);
    const judged = judge(execution.input, output, false, this.#keeping.rules);
    const instance = isGeminiInstance(output) ? 'gemini' : undefined;
    this.#keeping.keep({ ...judged, form: 'value', instance, payload, making }, flight, request, execution);
    return { kind: 'value', copies: new Copies(output, payload), making };
  }

  #landStream(
    output: AsyncIterable<unknown> | ReadableStream<unknown>,
    flight: Flight<Landing>,
    request: CacheRequest,
    execution: Execution<I>,
  ): Landing {
    let making = UNKNOWN_MAKING;
    const stream = new SharedStream(output, {
      maxRecorded: this.#keeping.maxEntryLength,
      onUnrecordable: (reason) => {
        execution.note('cache.skipped', reason);
        flight.close();
      },
      onEnd: (end) => {
        flight.done();
        const payload = stream.recording();
        if (payload === undefined) {
          if (end.kind !== 'complete') execution.note('cache.skipped', 'interrupted');
          flight.close();
          return;
        }
        const chunks: unknown = JSON.parse(payload);
        making = makingOf(chunks);
        const judged = judge(execution.input, chunks, true, this.#keeping.rules);
        const { form, instance } = stream;
        this.#keeping.keep({ ...judged, form, instance, payload, making }, flight, request, execution);
      },
    });
    flight.signal.addEventListener('abort', () => stream.cancel(flight.signal.reason), { once: true });
    if (flight.signal.aborted) stream.cancel(flight.signal.reason);
    return { kind: 'stream', stream, making: () => making };
  }
}

function makingOf(output: unknown): Making {
  return { usage: usageOf(output), model: modelOf(output) };
}
