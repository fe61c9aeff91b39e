import { step, type WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';
import { modelCall } from '../../llm/call/model-call.ts';
import { primitivesAround, retried, routed } from '../model/primitives-around.ts';
import { sdkProviderNamed } from '../model/provider-named.ts';
import { storedForm } from '../model/stored-form.ts';
import { withAccount } from './account.ts';
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
  return around(retried(asked, options), (context) => [carried.callIn(context).model], options);
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
  const asked = routed(Object.fromEntries(calls) as Record<Name, SdkWorkflow>, options); // the models' names
  return around(asked, () => Object.values<AnyModel>(models), options);
}

/** One attempt at one model. */
function attempt(model: AnyModel, { operation, prices }: ReadOptions): SdkWorkflow {
  const ask = step<SdkRequest, SdkOutput>(operation, (request, context) => askModel(model, request, context));
  return modelCall(ask, {
    provider: sdkProviderNamed(model.provider),
    model: model.modelId,
    prices,
    operation: ({ method }) => (method === 'embed' ? 'embeddings' : 'chat'),
  });
}

const STORED = storedForm();

/** The account is read for a cache alone, and within the limit in time. */
function around(
  asked: SdkWorkflow,
  modelsIn: (context: WorkflowContext) => readonly AnyModel[],
  { timeout, ...options }: ReadOptions,
): SdkWorkflow {
  const { cache, operation } = options;
  const limited = primitivesAround(asked, options, STORED);
  const named = cache === undefined ? limited : withAccount(limited, modelsIn);
  return new MetadataPrimitive(primitivesAround(named, { timeout, operation }, STORED), operation);
}
