import type { WorkflowPrimitive } from 'tta-dev-primitives';
import { isStream } from 'tta-dev-primitives/internal';
import type { AnswerReading } from '../../llm/dialects/answer-reading.ts';
import { instanceNameOf } from '../../llm/dialects/instances.ts';
import { modelRequestOf } from '../../llm/model-request.ts';
import { metadataForStep } from './control/cache-control.ts';
import { type CacheableAnswer, judgeAnswer, readOutput } from './entry/cacheability.ts';
import { Copies } from './entry/copies.ts';
import { losslessJsonOf, reviveAs } from './entry/payload.ts';
import type { EntryWriter, NewAnswer } from './entry-writer.ts';
import type { Execution } from './execution.ts';
import type { Flight } from './flight/flight.ts';
import type { FlightOutcome, Provenance, StreamAnswer } from './flight/flight-outcome.ts';
import { heldBodyOf } from './flight/held-body.ts';
import { SharedStream } from './flight/shared-stream.ts';
import type { KnownRequest, RequestReader } from './request/request-reader.ts';

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

const UNKNOWN: Provenance = { usage: undefined, model: undefined };

/** One call of the step. */
export interface Call<I> {
  readonly flight: Flight;
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

/** Calls the step on behalf of a flight, and makes its answer one that several can take and the store may keep. */
export class StepCall<I> {
  readonly #step: WorkflowPrimitive<I, unknown>;
  readonly #requests: RequestReader<I>;
  readonly #writer: EntryWriter<I>;

  constructor(step: WorkflowPrimitive<I, unknown>, requests: RequestReader<I>, writer: EntryWriter<I>) {
    this.#step = step;
    this.#requests = requests;
    this.#writer = writer;
  }

  /** @throws the error of the step, untouched */
  async ask(call: Call<I>): Promise<FlightOutcome> {
    const { flight, execution, deadline } = call;
    const { operation, input, context, control } = execution;
    try {
      await undefined; // a caller who goes on with the input at once has changed it by now
      if (await this.#isChanged(call)) flight.forbidKeeping('changed');
      const { abortSource } = flight;
      const metadata = control === undefined ? undefined : metadataForStep(context);
      const ending = deadline === undefined ? { abortSource } : { signal: abortSource.signal, deadline }; // its owner keeps no deadline
      const output = await this.#step.execute(input, context.detach(operation, { metadata, ...ending }));
      if (isStream(output)) return await this.#landStream(output, call);
      const held = heldBodyOf(output);
      if (held === undefined) return this.#landValue(output, call);
      return { ...(await this.#landStream(held.body, call)), around: held.around };
    } catch (error) {
      if (!flight.abortSource.isAborted) this.#writer.skip('error', execution);
      throw error;
    }
  }

  /** Whether the input was changed since it was read, by a caller who goes on with it without waiting. */
  #isChanged({ request, execution }: Call<I>): boolean | Promise<boolean> {
    return this.#requests.isChanged(request, execution.input, execution.context);
  }

  #landValue(output: unknown, call: Call<I>): FlightOutcome {
    call.flight.done();
    const instance = instanceNameOf(output);
    const payload = losslessJsonOf(output, instance);
    const { context, input } = call.execution;
    const { judged, provenance } = this.#judge({ input, output, isStream: false }, undefined, call);
    const createdAtMs = context.clock.epochMs();
    this.#write({ judged, form: 'value', instance, payload, provenance, createdAtMs }, call);
    return { kind: 'value', copies: new Copies(output, payload, reviveAs(instance)), provenance };
  }

  async #landStream(output: AsyncIterable<unknown> | ReadableStream<unknown>, call: Call<I>): Promise<StreamAnswer> {
    const { flight, execution } = call;
    let provenance = UNKNOWN;
    let isBeginning = call.hasSpare === true;
    const stream = new SharedStream(output, {
      maxRecorded: this.#writer.maxEntryLength,
      likely: call.request.dialect,
      onUnrecordable: (reason) => {
        this.#writer.skip(reason, execution);
        flight.close();
      },
      onEnd: (end) => {
        if (end.kind === 'failed' && isBeginning) return; // as if the step itself had failed
        flight.done();
        const payload = stream.recording();
        if (payload === undefined) {
          if (end.kind !== 'complete') this.#writer.skip('interrupted', execution);
          flight.close();
          return;
        }
        const { form, instance } = stream;
        // Instances are judged by their data, as they are when they are stored.
        const reading = instance === undefined ? stream.reading() : undefined;
        const answer = this.#judge(new RecordedAnswer(execution.input, payload), reading, call);
        provenance = answer.provenance;
        const createdAtMs = execution.context.clock.epochMs();
        this.#write({ judged: answer.judged, form, instance, payload, provenance, createdAtMs }, call);
      },
    });
    flight.abortSource.onAbort((reason) => stream.cancel(reason));
    if (isBeginning) await stream.begin();
    isBeginning = false;
    return { kind: 'stream', stream, provenance: () => provenance };
  }

  /** @param given - what the answer says, if that was read; otherwise the answer is read once, for everything */
  #judge(
    answer: UnjudgedAnswer<I>,
    given: AnswerReading | undefined,
    { request, execution }: Call<I>,
  ): { readonly judged: CacheableAnswer<I>; readonly provenance: Provenance } {
    const reading = given ?? readOutput(answer.output, answer.isStream, request.dialect);
    const known = { request: modelRequestOf(execution.input, request.dialect), reading };
    return {
      judged: judgeAnswer(answer, this.#writer.rules, known),
      provenance: reading === undefined ? UNKNOWN : { usage: reading.usage, model: reading.model },
    };
  }

  #write(answer: NewAnswer<I>, call: Call<I>): void {
    const { flight, request, execution, generation, isInBackground } = call;
    if (generation === undefined && isInBackground !== true) {
      this.#writer.write(answer, flight, request, execution, undefined);
      return;
    }
    const write = this.#writeLater(answer, call);
    execution.background(write, execution.context);
    this.#writer.remember(request.key.text, write);
  }

  async #writeLater(answer: NewAnswer<I>, call: Call<I>): Promise<void> {
    const { flight, request, execution, isInBackground } = call;
    const generation = await call.generation;
    if (call.generation !== undefined && generation === undefined) flight.forbidKeeping('tags_unknown');
    if (isInBackground === true && (await this.#isChanged(call))) flight.forbidKeeping('changed');
    this.#writer.write(answer, flight, request, execution, generation);
  }
}
