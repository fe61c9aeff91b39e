import { type RunningStep, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { type ExecutionRecord, isReadableStream } from 'tta-dev-primitives/internal';
import { field } from '../../llm/fields.ts';
import { metadataOf } from '../model/tta-metadata.ts';
import type { SdkOutput, SdkRequest } from './model-request.ts';

/** Puts what became of a call on its answer: on a whole one, or on the part `finish` of a stream, which comes when the stream has ended. */
export class MetadataPrimitive extends WorkflowPrimitive<SdkRequest, SdkOutput> {
  override readonly kind = 'ai_sdk';
  readonly #step: WorkflowPrimitive<SdkRequest, SdkOutput>;

  constructor(step: WorkflowPrimitive<SdkRequest, SdkOutput>, operation: string) {
    super(operation);
    this.#step = step;
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#step];
  }

  protected override async run(input: SdkRequest, context: WorkflowContext, step: RunningStep): Promise<SdkOutput> {
    const { output, record } = step.call(this.#step, input, context);
    const answer = await output;
    if (!isReadableStream(answer)) return withMetadata(answer, record);
    return (answer as ReadableStream<unknown>).pipeThrough(atFinish(record));
  }
}

function atFinish(record: ExecutionRecord): TransformStream<unknown, unknown> {
  let finish: object | undefined;
  return new TransformStream({
    transform(part, controller) {
      if (field(part, 'type') === 'finish') finish = part as object;
      else controller.enqueue(part);
    },
    flush(controller) {
      if (finish !== undefined) controller.enqueue(withMetadata(finish, record));
    },
  });
}

function withMetadata(answer: object, record: ExecutionRecord): object {
  return { ...answer, providerMetadata: { ...(field(answer, 'providerMetadata') as object), tta: metadataOf(record) } };
}
