import { type RunningStep, step, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { modelCall } from '../../llm/call/model-call.ts';
import { isFinal, primitivesAround, retried, routed } from '../model/primitives-around.ts';
import { madeTarget } from './bound-model.ts';
import { type ChainAnswer, type ChainRequest, carried } from './chain-call.ts';
import { nameOf, providerOf, type Target } from './chat-model.ts';
import { withTrueUsage } from './event-usage.ts';
import type { ReadOptions, ReadRoutedOptions } from './options.ts';
import { STORED_CHAIN } from './stored-chain.ts';

export type ChainWorkflow = WorkflowPrimitive<ChainRequest, ChainAnswer>;

/** The name that stands for a model where there are no routes. */
export const ONLY = 'model';

/** The workflow around one chat model, and around those that are made of it. */
export function chatWorkflow(options: ReadOptions): ChainWorkflow {
  return recorded(retried(modelCall(asker(ONLY, options), { prices: options.prices }), options), options);
}

/** The workflow around several chat models; one of them answers. */
export function routedChatWorkflow<Name extends string>(
  targets: Readonly<Record<Name, Target>>,
  options: ReadRoutedOptions<Name>,
): ChainWorkflow {
  const calls = Object.entries<Target>(targets).map(([name, { model }]) => {
    const settings = { provider: providerOf(model), model: nameOf(model), prices: options.prices };
    return [name, retried(modelCall(asker(name, options), settings), options)] as const;
  });
  return recorded(routed(Object.fromEntries(calls) as Record<Name, ChainWorkflow>, options), options); // the models' names
}

/** The workflow around a model of embeddings, which `ask` asks. */
export function embeddingsWorkflow(
  model: object,
  ask: (request: ChainRequest) => Promise<ChainAnswer>,
  options: ReadOptions,
): ChainWorkflow {
  const settings = { provider: providerOf(model), model: nameOf(model), prices: options.prices };
  const call = modelCall(step(options.operation, ask), { ...settings, operation: 'embeddings' });
  return around(retried(call, options), options);
}

/** The innermost step: one attempt at a model, with the signal of the workflow in place of the caller's. */
function asker(name: string, options: ReadOptions & { readonly fallback?: unknown }): ChainWorkflow {
  const own = isFinal(options) ? { maxRetries: 0 } : {};
  return step<ChainRequest, ChainAnswer>(options.operation, async ({ method }, context) => {
    const { targets, messages, runManager } = carried.callIn(context);
    const { model, options: given } = await madeTarget(targets[name] as Target); // a target for each route
    const signal = context.isAbortable ? context.signal : undefined;
    const parsed = { ...given, ...own, signal } as never; // whose type only the model itself knows
    if (method === 'events') return withTrueUsage(model._streamChatModelEvents(messages, parsed), model);
    if (method === 'stream') return model._streamResponseChunks(messages, parsed);
    return model._generate(messages, parsed, runManager);
  });
}

function around(asked: ChainWorkflow, options: ReadOptions): ChainWorkflow {
  return primitivesAround(asked, options, STORED_CHAIN);
}

function recorded(asked: ChainWorkflow, options: ReadOptions): ChainWorkflow {
  return new RecordedPrimitive(around(asked, options), options.operation);
}

/** Keeps what is stated beneath a call, for the metadata of its answer. */
class RecordedPrimitive extends WorkflowPrimitive<ChainRequest, ChainAnswer> {
  override readonly kind = 'langchain';
  readonly #step: ChainWorkflow;

  constructor(step: ChainWorkflow, operation: string) {
    super(operation);
    this.#step = step;
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#step];
  }

  protected override async run(input: ChainRequest, context: WorkflowContext, step: RunningStep): Promise<ChainAnswer> {
    const { output, record } = step.call(this.#step, input, context);
    carried.callIn(context).record = record;
    return output;
  }
}
