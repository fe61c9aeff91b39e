import { step, type WorkflowPrimitive } from 'tta-dev-primitives';
import { modelCall } from '../../llm/call/model-call.ts';
import { primitivesAround, retried, routed } from '../model/primitives-around.ts';
import { storedForm } from '../model/stored-form.ts';
import { askModel, carried, type SdkOutput, type SdkRequest } from './model-request.ts';
import type { ReadOptions, ReadRoutedOptions } from './options.ts';
import type { AnyModel } from './sdk-model.ts';
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
    return callOf(carried.callIn(context).model).execute(request, context);
  });
  return around(retried(asked, options), options);
}

/** The workflow around several models; one of them answers. */
export function routedWorkflow<Name extends string>(
  models: Readonly<Record<Name, AnyModel>>,
  options: ReadRoutedOptions<Name>,
): SdkWorkflow {
  const calls = Object.entries<AnyModel>(models).map(([name, model]) => [
    name,
    retried(attempt(model, options), options),
  ]);
  return around(routed(Object.fromEntries(calls) as Record<Name, SdkWorkflow>, options), options); // the models' names
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

const STORED = storedForm();

function around(asked: SdkWorkflow, options: ReadOptions): SdkWorkflow {
  return new MetadataPrimitive(primitivesAround(asked, options, STORED), options.operation);
}
