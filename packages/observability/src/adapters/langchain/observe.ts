import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { RunnableBinding } from '@langchain/core/runnables';
import { refusal } from 'tta-dev-primitives/internal';
import { Answering } from './answering.ts';
import { type ChainWorkflow, chatWorkflow, ONLY } from './chain-workflow.ts';
import { type ChatModel, isChatModel } from './chat-model.ts';
import { type ConfigurableModel, instancesOf, isConfigurable } from './configurable-model.ts';
import { isEmbeddings, observeEmbeddings } from './observe-embeddings.ts';
import { type ObserveOptions, readObserveOptions } from './options.ts';
import { memberOf } from './private-members.ts';

/**
 * A chat model or an embedding model with a workflow around every call: time limits, a cache, usage limits, retries, and the facts
 * for metrics and reports. It has the class, the methods and the settings of the model, which stays as it is.
 *
 * Models that `bindTools`, `withConfig` and `withStructuredOutput` return are observed too, and so are the models that
 * `initChatModel` makes. `response_metadata.tta` of a message is a
 * {@link TtaMetadata}; of a stream, its last chunk has it.
 *
 * A method of your own that uses private members (`#client`) runs on the model itself: calls that it makes through `this` are not observed.
 *
 * @throws TypeError or RangeError that names the option if an option is wrong
 * @example
 * ```ts
 * const model = observe(new ChatOpenAI({ model: 'gpt-4o-mini' }), { timeout: { timeoutMs: 30_000 }, cache: {} });
 * const { content, response_metadata } = await model.invoke('Hello');
 * ```
 */
export function observe<M extends BaseChatModel | EmbeddingsInterface>(model: M, options: ObserveOptions = {}): M {
  const read = readObserveOptions(options);
  if (isChatModel(model)) return observeChat(model, chatWorkflow(read), read.tenantId);
  if (isEmbeddings(model)) return observeEmbeddings(model, read);
  throw new TypeError(refusal('observe', 'model', model, 'a chat model or a model of embeddings of LangChain'));
}

/** Marks runs of observed models for handlers of callbacks, which need not count what the workflow counts. */
export const OBSERVED = 'tta_observed';

function observeChat<M extends ChatModel>(model: M, workflow: ChainWorkflow, tenantId: string | undefined): M {
  const own = isConfigurable(model) ? configured(model) : answered();
  for (const name of ['withConfig', 'bindTools'] as const) own.set(name, derive(name));
  const observed: M = new Proxy(model, {
    get(target, name) {
      if (name === 'metadata') return { ...target.metadata, [OBSERVED]: true };
      const given = memberOf(target, name);
      return given === undefined ? undefined : (own.get(name) ?? given);
    },
    set: (target, name, value) => Reflect.set(target, name, value),
  });
  return observed;

  /** What asks the provider. */
  function answered(): Map<PropertyKey, unknown> {
    const answering = new Answering(workflow, tenantId, (options) => ({ [ONLY]: { model, options } }));
    const methods = new Map<PropertyKey, unknown>([
      ['_generate', answering.generate.bind(answering)],
      ['_streamChatModelEvents', answering.events.bind(answering)],
    ]);
    if (model._streamResponseChunks !== BaseChatModel.prototype._streamResponseChunks) {
      methods.set('_streamResponseChunks', answering.stream.bind(answering));
    }
    return methods;
  }

  /** What makes the model that asks the provider. */
  function configured(configurable: ConfigurableModel): Map<PropertyKey, unknown> {
    return new Map<PropertyKey, unknown>([
      ['_getModelInstance', instancesOf(configurable, observedModel)],
      ['withStructuredOutput', derive('withStructuredOutput')],
    ]);
  }

  /** Some models make another model of themselves; others bind options to themselves, or to another model. */
  function derive(name: 'withConfig' | 'bindTools' | 'withStructuredOutput'): (...given: unknown[]) => unknown {
    return (...given) => {
      const bind = memberOf(model, name) as (...given: unknown[]) => unknown; // it is one of these methods
      const made: unknown = Reflect.apply(bind, observed, given);
      if (made instanceof RunnableBinding) made.bound = made.bound === model ? observed : observedModel(made.bound);
      return observedModel(made);
    };
  }

  function observedModel<T>(made: T): T {
    return isChatModel(made) && !isObserved(made) ? observeChat(made, workflow, tenantId) : made;
  }
}

function isObserved({ metadata }: ChatModel): boolean {
  return metadata?.[OBSERVED] === true;
}
