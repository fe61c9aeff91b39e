import { type RunningStep, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';

/** An answer of a cache for whoever passes it on: as it is stored, or as the step gave it. */
export type BytesAnswer<O> =
  /** UTF-8 JSON of the answer; of a stream the array of its chunks. Others who ask at the same time may get the same bytes. */
  { readonly kind: 'stored'; readonly body: Uint8Array } | { readonly kind: 'answer'; readonly answer: O };

type Work<I, O> = (input: I, context: WorkflowContext, step: RunningStep) => Promise<BytesAnswer<O>>;

/** An execution of a cache that gives stored answers as bytes, observed like every other. */
export class BytesExecution<I, O> extends WorkflowPrimitive<I, BytesAnswer<O>> {
  override readonly kind = 'cache';
  readonly #work: Work<I, O>;

  constructor(operation: string, work: Work<I, O>) {
    super(operation);
    this.#work = work;
  }

  protected override run(input: I, context: WorkflowContext, step: RunningStep): Promise<BytesAnswer<O>> {
    return this.#work(input, context, step);
  }
}
