import { refusal } from 'tta-dev-primitives/internal';
import { isPlainObject } from '../../llm/fields.ts';
import { isFinal } from '../model/primitives-around.ts';
import { executeStream, executeWhole } from './execute.ts';
import { type RoutedModelOptions, readRoutedOptions } from './options.ts';
import type { AnyModel, SdkLanguageModel, SdkMethod, SdkParams } from './sdk-model.ts';
import { routedWorkflow } from './workflow.ts';

/**
 * A language model of the AI SDK 7 that answers each call with one of several models. Results name the route in
 * `providerMetadata.tta.route`. A call takes files by address only if the first model does.
 *
 * @throws TypeError or RangeError that names the option if an option is wrong, or if there is no model
 * @example
 * ```ts
 * const model = routedModel(
 *   { small: openai('gpt-4o-mini'), large: openai('gpt-4o') },
 *   { strategy: byComplexity({ simple: 'small', complex: 'large' }), baseline: 'large' },
 * );
 * const { text } = await generateText({ model, prompt: 'Hello' });
 * ```
 */
export function routedModel<Name extends string, M extends SdkLanguageModel>(
  models: Readonly<Record<Name, M>>,
  options: RoutedModelOptions<Name>,
): M {
  if (!isPlainObject(models) || Object.keys(models).length === 0) {
    throw new TypeError(refusal('routedModel', 'models', models, 'an object with at least one model'));
  }
  for (const [name, model] of Object.entries<M>(models)) {
    if (typeof model === 'object' && model?.specificationVersion === 'v4') continue;
    throw new TypeError(refusal('routedModel', `models[${JSON.stringify(name)}]`, model, 'a model of the AI SDK 7'));
  }
  const read = readRoutedOptions(options);
  const routes = models as unknown as Readonly<Record<Name, AnyModel>>; // their methods are called by name
  const workflow = routedWorkflow(routes, read);
  const all = Object.values<AnyModel>(routes);
  const shown = { specificationVersion: 'v4', provider: 'tta', modelId: Object.keys(models).join('|') } as const;
  const asked = (method: SdkMethod, params: SdkParams) => {
    return { method, params, model: shown, models: all, tenantId: read.tenantId, isFinal: isFinal(read) };
  };
  const model = {
    ...shown,
    supportedUrls: (all[0] as { readonly supportedUrls?: unknown }).supportedUrls ?? {},
    doGenerate: (params: SdkParams) => executeWhole(workflow, asked('generate', params)),
    doStream: (params: SdkParams) => executeStream(workflow, asked('stream', params)),
  };
  return model as unknown as M; // it answers as the models do
}
