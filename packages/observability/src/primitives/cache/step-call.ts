import type { WorkflowPrimitive } from 'tta-dev-primitives';
import { type ExecutionRecord, isResponse, isStream } from 'tta-dev-primitives/internal';
import { httpAnswerOf } from '../../llm/call/http-answer.ts';
import type { AnswerReading } from '../../llm/dialects/answer-reading.ts';
import { instanceNameOf, reviverOf } from '../../llm/dialects/instances.ts';
import { type ModelRequest, modelRequestOf } from '../../llm/model-request.ts';
import type { Accounting } from './accounting.ts';
import { metadataForStep } from './control/cache-control.ts';
import { BodyRecording, recordedBody, unstorable } from './entry/body-recording.ts';
import { type CacheableAnswer, judgeAnswer, readOutput } from './entry/cacheability.ts';
import type { EntryReader } from './entry/entry-reader.ts';
import { kindOfAnswer } from './entry/http-head.ts';
import { type AnswerCopies, Copies, losslessJsonOf } from './entry/payload.ts';
import type { EntryWriter, NewAnswer } from './entry-writer.ts';
import type { Execution } from './execution.ts';
import type { Flight } from './flight/flight.ts';
import type { FlightOutcome, Provenance, StreamAnswer } from './flight/flight-outcome.ts';
import { type HeldBody, type HeldStream, heldBodyOf } from './flight/held-body.ts';
import { SharedStream } from './flight/shared-stream.ts';
import type { RecordedAnswer } from './flight/stream-recording.ts';
import type { KnownRequest, RequestReader } from './request/request-reader.ts';

const UNKNOWN: Provenance = { usage: undefined, model: undefined, paidUsd: undefined };

/** One call of the step. */
export interface Call<I> {
  readonly flight: Flight;
  readonly request: KnownRequest;
  readonly execution: Execution<I>;
  /** What its answer is stored with for its tags; undefined without tags. Gives undefined if it must not be stored, never rejects. */
  readonly generation: Promise<string | undefined> | undefined;
  /** Whether an answer stands by, so a stream counts as an answer only once it has given a chunk. */
  readonly hasSpare?: boolean;
  /** Whether its caller does not wait for it, and may change the input at any time. */
  readonly isInBackground?: boolean;
  /** The instant it is due, in milliseconds of the context's clock. @defaultValue none */
  readonly deadline?: number;
}

export interface StepCallParts<I> {
  readonly requests: RequestReader<I>;
  readonly writer: EntryWriter<I>;
  readonly entries: EntryReader;
  readonly accounting: Accounting<I>;
}

/** A call that the step has answered. */
interface AnsweredCall<I> extends Call<I> {
  /** What was stated beneath it. */
  readonly record: ExecutionRecord;
}

/** Calls the step on behalf of a flight, and makes its answer one that several can take and the store may keep. */
export class StepCall<I> {
  readonly #step: WorkflowPrimitive<I, unknown>;
  readonly #requests: RequestReader<I>;
  readonly #writer: EntryWriter<I>;
  readonly #entries: EntryReader;
  readonly #accounting: Accounting<I>;

  constructor(step: WorkflowPrimitive<I, unknown>, { requests, writer, entries, accounting }: StepCallParts<I>) {
    this.#step = step;
    this.#requests = requests;
    this.#writer = writer;
    this.#entries = entries;
    this.#accounting = accounting;
  }

  /** Asks the step and lands the flight. @throws the error of the step, untouched */
  async answer(call: Call<I>): Promise<void> {
    call.flight.land(await this.ask(call));
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
      const stepCall = execution.call(this.#step, input, context.detach(operation, { metadata, ...ending }));
      const output = await stepCall.output;
      const http = isStream(output) ? undefined : httpAnswerOf(output);
      const held = http && heldBodyOf(output, http);
      const isObject = held === undefined && !isResponse(output);
      if (http !== undefined && !isObject) this.#entries.learn(kindOfAnswer(output, http));
      if (this.#entries.isLearning) this.#entries.kind = isObject ? 'objects' : 'bytes';
      return await this.#land(output, held, { ...call, record: stepCall.record });
    } catch (error) {
      if (!flight.abortSource.isAborted) this.#writer.skip('error', execution);
      throw error;
    }
  }

  /** Whether the input was changed since it was read, by a caller who goes on with it without waiting. */
  #isChanged({ request, execution }: Call<I>): boolean | Promise<boolean> {
    return this.#requests.isChanged(request, execution.input, execution.context);
  }

  #land(output: unknown, held: HeldBody | undefined, call: AnsweredCall<I>): FlightOutcome | Promise<FlightOutcome> {
    if (isStream(output)) return this.#landStream(output, call);
    if (held?.kind === 'stream') return this.#landStream(held.body, call, held);
    if (held === undefined) {
      const recorded = recordedValue(output);
      return this.#landValue(recorded, new Copies(output, recorded.payload, reviverOf(recorded.instance)), call);
    }
    const { head, bytes, copies } = held;
    const { dialect } = call.request;
    const recorded = typeof head === 'string' ? unstorable(head) : recordedBody(head, bytes, dialect);
    return this.#landValue(recorded, copies, call);
  }

  #landValue(recorded: RecordedAnswer, copies: AnswerCopies, call: AnsweredCall<I>): FlightOutcome {
    call.flight.done();
    const { judged, provenance } = this.#judge(recorded, call);
    this.#write({ judged, recorded, provenance, createdAtMs: call.execution.context.clock.epochMs() }, call);
    return { kind: 'value', copies, provenance };
  }

  /** @param held - the answer that the stream is the body of */
  async #landStream(
    output: AsyncIterable<unknown> | ReadableStream<unknown>,
    call: AnsweredCall<I>,
    held?: HeldStream,
  ): Promise<StreamAnswer> {
    const { flight, execution, request } = call;
    const { maxEntryLength } = this.#writer;
    let provenance = UNKNOWN;
    let isBeginning = call.hasSpare === true;
    const stream = new SharedStream(output, {
      maxRecorded: maxEntryLength,
      likely: request.dialect,
      recording: held && new BodyRecording(held.head, maxEntryLength, request.dialect, held.reading),
      onUnrecordable: (reason) => {
        this.#writer.skip(reason, execution);
        flight.close();
      },
      onEnd: (end) => {
        if (end.kind === 'failed' && isBeginning) return; // as if the step itself had failed
        flight.done();
        const recorded = stream.recorded();
        if (recorded === undefined) {
          if (end.kind !== 'complete') this.#writer.skip('interrupted', execution);
          flight.close();
          return;
        }
        const answer = this.#judge(recorded, call);
        provenance = answer.provenance;
        this.#write({ ...answer, recorded, createdAtMs: execution.context.clock.epochMs() }, call);
      },
    });
    flight.abortSource.onAbort((reason) => stream.cancel(reason));
    if (isBeginning) await stream.begin();
    isBeginning = false;
    return { kind: 'stream', stream, around: held?.around, provenance: () => provenance };
  }

  /** Reads the answer once, for everything, unless it was read while it was recorded. */
  #judge(
    recorded: RecordedAnswer,
    { request, execution: { input, context }, record }: AnsweredCall<I>,
  ): { readonly judged: CacheableAnswer<I>; readonly provenance: Provenance } {
    const { isStream } = recorded;
    const asked = modelRequestOf(input, request.dialect);
    const reading = this.#readingOf(recorded, asked) ?? readOutput(recorded.output(), isStream, request.dialect);
    return {
      judged: judgeAnswer({ input, isStream, output: recorded.output }, this.#writer.rules, {
        request: asked,
        reading,
      }),
      provenance: this.#accounting.provenanceOf(input, reading, record, context.clock.epochMs()),
    };
  }

  /** What was read of an answer already, if the rules need no more. */
  #readingOf({ reading, isSkimmed }: RecordedAnswer, asked: ModelRequest | undefined): AnswerReading | undefined {
    if (reading === undefined || isSkimmed !== true) return reading;
    const needsTexts = this.#writer.needsTexts || asked?.requests.asksForJson(asked.fields) === true;
    return needsTexts || reading.isEmpty ? undefined : reading;
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

function recordedValue(output: unknown): RecordedAnswer {
  const instance = instanceNameOf(output);
  const payload = losslessJsonOf(output, instance);
  return { form: 'value', payload, instance, output: () => output, isStream: false, reading: undefined };
}
