import { field } from '../../llm/fields.ts';
import type { ChatModel } from './chat-model.ts';

/** What `initChatModel` gives. It makes the model that answers when it is asked, by the configuration of the call. */
export interface ConfigurableModel extends ChatModel {
  _getModelInstance(config?: unknown): Promise<unknown>;
}

export function isConfigurable(model: ChatModel): model is ConfigurableModel {
  return typeof (model as Partial<ConfigurableModel>)._getModelInstance === 'function';
}

/**
 * Makes the models that answer, observed. Tools and schemas are bound to the observed model, because the result of binding may not be a chat
 * model.
 */
export function instancesOf(
  model: ConfigurableModel,
  observed: (instance: unknown) => unknown,
): (config?: unknown) => Promise<unknown> {
  const bound = field(model, '_queuedMethodOperations') ?? {};
  const plain = Object.create(model, {
    _queuedMethodOperations: { value: {} },
    _modelInstanceCache: { value: new Map() },
  }) as ConfigurableModel;
  const made = new WeakMap<object, Promise<unknown>>();
  return async (config) => {
    const instance = (await plain._getModelInstance(config)) as object; // a chat model
    const known = made.get(instance) ?? withBound(observed(instance), bound);
    made.set(instance, known);
    known.catch(() => made.delete(instance)); // made again for the next call
    return known;
  };
}

/** The model after the calls that were put off until it is there: `bindTools`, `withStructuredOutput`. */
async function withBound(model: unknown, calls: object): Promise<unknown> {
  let result = model;
  for (const [method, given] of Object.entries(calls)) {
    const call = (result as Record<string, unknown>)[method];
    if (typeof call === 'function') result = await Reflect.apply(call, result, given as unknown[]);
  }
  return result;
}

/** The model that answers where a call configures nothing, if it was made already, as `initChatModel` does. */
export function defaultInstance(model: ConfigurableModel): unknown {
  const instances = field(model, '_modelInstanceCache');
  return instances instanceof Map ? instances.values().next().value : undefined;
}
