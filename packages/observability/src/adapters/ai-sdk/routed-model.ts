import { refusal } from 'tta-dev-primitives/internal';
import { isPlainObject } from '../../llm/fields.ts';
import { isFinal } from '../model/primitives-around.ts';
import { executeStream, executeWhole } from './execute.ts';
import { leastPerCall, parallelCalls, urlsOfAll } from './of-all-models.ts';
import { type RoutedModelOptions, readRoutedOptions } from './options.ts';
import type { AnyModel, SdkEmbeddingModel, SdkLanguageModel, SdkMethod, SdkParams } from './sdk-model.ts';
import { routedWorkflow } from './workflow.ts';

/**
 * A language model of the AI SDK 7 that answers each call with one of several. Results name the route in
 * `providerMetadata.tta.route`. A call takes files by address if all models do.
 *
 * Embedding models are routed too, if all have the same name: vectors of different models cannot be compared.
 *
 * @throws TypeError or RangeError that names the option if an option is invalid, or if there are no models
 * @example
 * ```ts
 * const model = routedModel(
 *   { small: openai('gpt-4o-mini'), large: openai('gpt-4o') },
 *   { strategy: byComplexity({ simple: 'small', complex: 'large' }), baseline: 'large' },
 * );
 * const { text } = await generateText({ model, prompt: 'Hello' });
 * ```
 */
export function routedModel<Name extends string, M extends SdkLanguageModel | SdkEmbeddingModel>(
  models: Readonly<Record<Name, M>>,
  options: RoutedModelOptions<Name>,
): M {
  const all = checkedModels(models);
  const read = readRoutedOptions(options);
  const routes = models as unknown as Readonly<Record<Name, AnyModel>>; // their methods are called by name
  const workflow = routedWorkflow(routes, read);
  const isEmbedding = all[0].doEmbed !== undefined;
  const modelId = isEmbedding ? all[0].modelId : Object.keys(models).join('|');
  const shown = { specificationVersion: 'v4', provider: 'tta', modelId } as const;
  const asked = (method: SdkMethod, params: SdkParams) => {
    return { method, params, model: shown, tenantId: read.tenantId, isFinal: isFinal(read) };
  };
  const model = isEmbedding
    ? {
        ...shown,
        maxEmbeddingsPerCall: leastPerCall(all),
        supportsParallelCalls: parallelCalls(all),
        doEmbed: (params: SdkParams) => executeWhole(workflow, asked('embed', params)),
      }
    : {
        ...shown,
        supportedUrls: urlsOfAll(all),
        doGenerate: (params: SdkParams) => executeWhole(workflow, asked('generate', params)),
        doStream: (params: SdkParams) => executeStream(workflow, asked('stream', params)),
      };
  return model as unknown as M; // it answers as the models do
}

function checkedModels(models: Readonly<Record<string, unknown>>): readonly [AnyModel, ...AnyModel[]] {
  if (!isPlainObject(models) || Object.keys(models).length === 0) {
    throw new TypeError(refusal('routedModel', 'models', models, 'an object with at least one model'));
  }
  for (const [name, model] of Object.entries(models)) {
    if (isModel(model)) continue;
    throw new TypeError(refusal('routedModel', `models[${JSON.stringify(name)}]`, model, 'a model of the AI SDK 7'));
  }
  const all = Object.values(models) as [AnyModel, ...AnyModel[]]; // there is one
  const embedding = all.filter(({ doEmbed }) => doEmbed !== undefined);
  const names = [...new Set(all.map(({ modelId }) => modelId))];
  if (embedding.length > 0 && (embedding.length < all.length || names.length > 1)) {
    const allowed = 'language models, or embedding models of one name';
    throw new TypeError(refusal('routedModel', 'models', names.join(', '), allowed));
  }
  return all;
}

function isModel(value: unknown): boolean {
  return typeof value === 'object' && (value as Partial<SdkLanguageModel> | null)?.specificationVersion === 'v4';
}
