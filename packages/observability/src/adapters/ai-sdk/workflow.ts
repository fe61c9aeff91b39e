import { RetryPrimitive, step, type WorkflowPrimitive } from 'tta-dev-primitives';
import { modelCall } from '../../llm/call/model-call.ts';
import { CachePrimitive, type RouterOptions, RouterPrimitive, TimeoutPrimitive } from '../../primitives/index.ts';
import { withStreamLimits } from '../stream-limits.ts';
import { askModel, callIn, type SdkOutput, type SdkRequest } from './model-request.ts';
import type { ReadOptions, ReadRoutedOptions } from './options.ts';
import { mapAnswer } from './parts.ts';
import type { AnyModel } from './sdk-model.ts';
import { fromStored, toStored } from './stored-form.ts';
import { MetadataPrimitive } from './tta-metadata.ts';

export type SdkWorkflow = WorkflowPrimitive<SdkRequest, SdkOutput>;

/** The workflow around the model that each call is for. */
export function modelWorkflow(options: ReadOptions): SdkWorkflow {
  const calls = new WeakMap<AnyModel, SdkWorkflow>();
  const callOf = (model: AnyModel): SdkWorkflow => {
    const call = calls.get(model) ?? attempt(model, options);
    calls.set(model, call);
    return call;
  };
  const asked = step<SdkRequest, SdkOutput>(options.operation, (request, context) => {
    return callOf(callIn(context).model).execute(request, context);
  });
  return around(retried(asked, options), options);
}

/** The workflow around several models; one of them answers. */
export function routedWorkflow<Name extends string>(
  models: Readonly<Record<Name, AnyModel>>,
  options: ReadRoutedOptions<Name>,
): SdkWorkflow {
  const { strategy, baseline, fallback, prices, operation } = options;
  const names = Object.keys(models) as Name[];
  const routes = names.map((name) => [name, retried(attempt(models[name], options), options)] as const);
  const { defaultRoute = names[0] as Name } = options; // there is one
  const settings: RouterOptions<SdkRequest, Name> = { strategy, defaultRoute, baseline, fallback, prices, operation };
  const steps = Object.fromEntries(routes) as Record<Name, SdkWorkflow>; // it has the names of the models
  return around(new RouterPrimitive<SdkRequest, SdkOutput, Name>(steps, settings), options);
}

/** One attempt at one model. */
function attempt(model: AnyModel, { operation, prices }: ReadOptions): SdkWorkflow {
  const ask = step<SdkRequest, SdkOutput>(operation, (request, context) => askModel(model, request, context));
  const [provider] = model.provider.split('.'); // `openai.chat`, `anthropic.messages`
  return modelCall(ask, {
    provider,
    model: model.modelId,
    prices,
    operation: ({ method }) => (method === 'embed' ? 'embeddings' : 'chat'),
  });
}

function retried(call: SdkWorkflow, { retry }: ReadOptions): SdkWorkflow {
  return retry === undefined ? call : new RetryPrimitive(call, retry);
}

/** Puts the primitives around, as far as their options are set: metadata(timeout(cache(asked))). */
function around(asked: SdkWorkflow, options: ReadOptions): SdkWorkflow {
  const { operation, prices, cache, timeout } = options;
  let built = asked;
  if (cache !== undefined) {
    const stored = built.pipe((answer) => mapAnswer(answer, toStored));
    const cached = new CachePrimitive(stored, { operation, prices, ...cache });
    built = cached.pipe((answer) => mapAnswer(answer, fromStored));
  }
  if (timeout !== undefined) built = new TimeoutPrimitive(built, { operation, ...withStreamLimits(timeout) });
  return new MetadataPrimitive(built, operation);
}
