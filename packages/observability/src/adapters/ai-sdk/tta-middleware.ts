import { isFinal } from '../model/primitives-around.ts';
import { executeStream, executeWhole } from './execute.ts';
import { type MiddlewareOptions, readMiddlewareOptions } from './options.ts';
import type { AnyModel, SdkMethod, SdkParams } from './sdk-model.ts';
import { modelWorkflow, type SdkWorkflow } from './workflow.ts';

/** What the SDK hands to a middleware with each call; `object` stands for its model, which `asked` reads. */
interface MiddlewareCall {
  readonly params: SdkParams;
  readonly model: object;
}

/** A middleware of the AI SDK, for `wrapLanguageModel` and `wrapEmbeddingModel`. */
export interface TtaMiddleware {
  readonly specificationVersion: 'v4';
  wrapGenerate<R>(call: MiddlewareCall & { readonly doGenerate: () => PromiseLike<R> }): Promise<R>;
  wrapStream<R>(call: MiddlewareCall & { readonly doStream: () => PromiseLike<R> }): Promise<R>;
  wrapEmbed<R>(call: MiddlewareCall & { readonly doEmbed: () => PromiseLike<R> }): Promise<R>;
  /** For its `describe()`, and the statistics of its parts. */
  readonly workflow: SdkWorkflow;
}

/**
 * A middleware of the AI SDK 7, which puts a workflow around every model call: time limits, a cache, retries, and the
 * facts for metrics and reports. It takes language models and embedding models. `providerMetadata.tta` of a result is a
 * {@link TtaMetadata}.
 *
 * @throws TypeError or RangeError that names the option if an option is wrong
 * @example
 * ```ts
 * const middleware = ttaMiddleware({ timeout: { timeoutMs: 30_000 }, cache: {} });
 * const model = wrapLanguageModel({ model: openai('gpt-4o-mini'), middleware });
 * const { text, providerMetadata } = await generateText({ model, prompt: 'Hello' });
 * ```
 */
export function ttaMiddleware(options: MiddlewareOptions = {}): TtaMiddleware {
  const read = readMiddlewareOptions(options);
  const workflow = modelWorkflow(read);
  const asked = (method: SdkMethod, { params, model: given }: MiddlewareCall) => {
    const model = given as AnyModel; // the SDK hands on the model that it wraps
    return { method, params, model, tenantId: read.tenantId, isFinal: isFinal(read) };
  };
  // Casts, because a workflow gives what the method of the model gives.
  return {
    specificationVersion: 'v4',
    wrapGenerate: async <R>(call: MiddlewareCall) => (await executeWhole(workflow, asked('generate', call))) as R,
    wrapStream: async <R>(call: MiddlewareCall) => (await executeStream(workflow, asked('stream', call))) as R,
    wrapEmbed: async <R>(call: MiddlewareCall) => (await executeWhole(workflow, asked('embed', call))) as R,
    workflow,
  };
}
