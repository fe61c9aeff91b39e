import { type RunningStep, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { type ExecutionRecord, isReadableStream, type StatedFact } from 'tta-dev-primitives/internal';
import { isCall } from '../../llm/call/facts.ts';
import { field } from '../../llm/fields.ts';
import { savingOf, sumOrUnknown } from '../../llm/money/ledger/savings.ts';
import type { SdkOutput, SdkRequest } from './model-request.ts';

/** What became of a call, in `providerMetadata.tta` of its result. */
export interface TtaMetadata {
  /** The route that answered; missing without a router, and for a hit. */
  readonly route?: string;
  /** Whether a cache has answered, if there is one. */
  readonly cacheOutcome?: string;
  /** What its calls of models cost, in US dollars; null if unknown, 0 for a hit. */
  readonly costUsd: number | null;
  /** What caches and routers saved, less what they lost, in US dollars; null if unknown. */
  readonly savedUsd: number | null;
}

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

function metadataOf(record: ExecutionRecord): TtaMetadata {
  const facts: StatedFact[] = [];
  record.forEachFact((name, value) => facts.push({ name, value } as StatedFact)); // each name comes with its own value
  const route = record.factsOf('router.route').at(-1);
  const cacheOutcome = record.factsOf('cache.outcome')[0];
  const calls = record.factsOf('llm.outcome').filter(isCall).length;
  const costs = record.factsOf('llm.costUsd');
  return {
    ...(route !== undefined && { route }),
    ...(cacheOutcome !== undefined && { cacheOutcome }),
    costUsd: costs.length < calls ? null : sumOrUnknown(costs),
    savedUsd: sumOrUnknown(facts.map(savingOf).flatMap((saving) => (saving === undefined ? [] : [saving.usd]))),
  };
}
