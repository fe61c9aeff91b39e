import type { WorkflowPrimitive } from 'tta-dev-primitives';
import { isStream } from 'tta-dev-primitives/internal';
import type { AnswerReading } from '../../../llm/dialects/answer-reading.ts';
import { instanceNameOf } from '../../../llm/dialects/instances.ts';
import { metadataForStep } from '../control/cache-control.ts';
import { type CacheableAnswer, judgeAnswer, readOutput } from '../entry/cacheability.ts';
import { Copies, losslessJson } from '../entry/payload.ts';
import { heldBodyOf } from '../flight/held-body.ts';
import type { Landing, Making, StreamAnswer } from '../flight/landing.ts';
import { SharedStream } from '../flight/shared-stream.ts';
import type { Flight } from '../flight/single-flight.ts';
import { modelRequestOf } from '../key/request-dialect.ts';
import type { Execution } from './execution.ts';
import type { Keeping, NewAnswer } from './keeping.ts';
import type { KnownRequest, Requests } from './requests.ts';

interface JudgedAnswer<I> {
  readonly judged: CacheableAnswer<I>;
  readonly making: Making;
}

type UnjudgedAnswer<I> = Pick<CacheableAnswer<I>, 'input' | 'output' | 'isStream'>;

/** A stream that was recorded; its chunks are parsed when they are first asked for. */
class RecordedAnswer<I> implements UnjudgedAnswer<I> {
  readonly isStream = true;
  readonly input: I;
  readonly #payload: string;
  #output: unknown;

  constructor(input: I, payload: string) {
    this.input = input;
    this.#payload = payload;
  }

  get output(): unknown {
    this.#output ??= JSON.parse(this.#payload);
    return this.#output;
  }
}

const UNKNOWN_MAKING: Making = { usage: undefined, model: undefined };

/** One call of the step. */
export interface Call<I> {
  readonly flight: Flight<Landing>;
  readonly request: KnownRequest;
  readonly execution: Execution<I>;
  /** What its answer is stored with for its tags; undefined without tags. Gives undefined if it must not be stored, never rejects. */
  readonly generation: Promise<string | undefined> | undefined;
  /** Whether an answer stands by, so that a stream counts as an answer only once it has given a chunk. */
  readonly hasSpare?: boolean;
  /** Whether its caller does not wait for it, and may change the input at any time. */
  readonly isInBackground?: boolean;
  /** The instant it is due, in milliseconds of the context's clock. @defaultValue none */
  readonly deadline?: number;
}

/** Asks the step on behalf of a flight, and makes its answer one that several can take and the store may keep. */
export class Asking<I, O> {
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #requests: Requests<I>;
  readonly #keeping: Keeping<I>;

  constructor(step: WorkflowPrimitive<I, O>, requests: Requests<I>, keeping: Keeping<I>) {
    this.#step = step;
    this.#requests = requests;
    this.#keeping = keeping;
  }

  /** @throws the error of the step, untouched */
  async ask(call: Call<I>): Promise<Landing> {
    const { flight, execution, deadline } = call;
    const { operation, input, context } = execution;
    try {
      if (await this.#isChanged(call)) flight.forbidKeeping('changed');
      const metadata = metadataForStep(context);
      const detached = context.detach(operation, { signal: flight.signal, metadata, deadline });
      const output = await this.#step.execute(input, detached);
      if (isStream(output)) return await this.#landStream(output, call);
      const held = heldBodyOf(output);
      if (held === undefined) return this.#landValue(output, call);
      return { ...(await this.#landStream(held.body, call)), around: held.around };
    } catch (error) {
      if (!flight.signal.aborted) this.#keeping.skip('error', execution);
      throw error;
    }
  }

  /** Whether the input was changed since it was looked up, by a caller who goes on with it without waiting. */
  #isChanged({ request, execution }: Call<I>): Promise<boolean> {
    return this.#requests.isChanged(request, execution.input, execution.context);
  }

  #landValue(output: O, call: Call<I>): Landing {
    call.flight.done();
    const payload = losslessJson(output);
    const { context, input } = call.execution;
    const { judged, making } = this.#judge({ input, output, isStream: false }, undefined, call);
    const instance = instanceNameOf(output);
    const createdAtMs = context.clock.epochMs();
    this.#keep({ judged, form: 'value', instance, payload, making, createdAtMs }, call);
    return { kind: 'value', copies: new Copies(output, payload), making };
  }

  async #landStream(output: AsyncIterable<unknown> | ReadableStream<unknown>, call: Call<I>): Promise<StreamAnswer> {
    const { flight, execution } = call;
    let making = UNKNOWN_MAKING;
    let isBeginning = call.hasSpare === true;
    const stream = new SharedStream(output, {
      maxRecorded: this.#keeping.maxEntryLength,
      likely: call.request.dialect,
      onUnrecordable: (reason) => {
        this.#keeping.skip(reason, execution);
        flight.close();
      },
      onEnd: (end) => {
        if (end.kind === 'failed' && isBeginning) return; // as if the step itself had failed
        flight.done();
        const payload = stream.recording();
        if (payload === undefined) {
          if (end.kind !== 'complete') this.#keeping.skip('interrupted', execution);
          flight.close();
          return;
        }
        const { form, instance } = stream;
        // Instances are judged by their data, as they are when they are stored.
        const reading = instance === undefined ? stream.reading() : undefined;
        const answer = this.#judge(new RecordedAnswer(execution.input, payload), reading, call);
        making = answer.making;
        const createdAtMs = execution.context.clock.epochMs();
        this.#keep({ judged: answer.judged, form, instance, payload, making, createdAtMs }, call);
      },
    });
    flight.signal.addEventListener('abort', () => stream.cancel(flight.signal.reason), { once: true });
    if (flight.signal.aborted) stream.cancel(flight.signal.reason);
    if (isBeginning) await stream.begin();
    isBeginning = false;
    return { kind: 'stream', stream, making: () => making };
  }

  /** @param given - what the answer says, if that was read; otherwise the answer is read once, for everything */
  #judge(
    answer: UnjudgedAnswer<I>,
    given: AnswerReading | undefined,
    { request, execution }: Call<I>,
  ): JudgedAnswer<I> {
    const reading = given ?? readOutput(answer.output, answer.isStream, request.dialect);
    const known = { request: modelRequestOf(execution.input, request.dialect), reading };
    return {
      judged: judgeAnswer(answer, this.#keeping.rules, known),
      making: { usage: reading?.usage, model: reading?.model },
    };
  }

  #keep(answer: NewAnswer<I>, call: Call<I>): void {
    const { flight, request, execution, generation, isInBackground } = call;
    if (generation === undefined && isInBackground !== true)
      this.#keeping.keep(answer, flight, request, execution, undefined);
    else {
      const write = this.#keepLater(answer, call);
      execution.background(write, execution.context);
      this.#keeping.remember(request.key.text, write);
    }
  }

  async #keepLater(answer: NewAnswer<I>, call: Call<I>): Promise<void> {
    const { flight, request, execution, isInBackground } = call;
    const generation = await call.generation;
    if (call.generation !== undefined && generation === undefined) flight.forbidKeeping('tags_unknown');
    if (isInBackground === true && (await this.#isChanged(call))) flight.forbidKeeping('changed');
    this.#keeping.keep(answer, flight, request, execution, generation);
  }
}
