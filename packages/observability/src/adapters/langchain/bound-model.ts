import { field } from '../../llm/fields.ts';
import { type CallOptions, isChatModel, type Target } from './chat-model.ts';
import { defaultInstance, isConfigurable } from './configurable-model.ts';

/** Fields of options that say how a run is traced, and not what is asked. */
const OF_RUNS: ReadonlySet<string> = new Set([
  ...['callbacks', 'tags', 'metadata', 'runName', 'runId', 'configurable', 'recursionLimit', 'maxConcurrency'],
]);

/** The chat model within what `bindTools` and `withConfig` give, and the options that they have bound; undefined if there is no chat model in it. */
export function boundModel(bound: unknown): Target | undefined {
  const made = isChatModel(bound) && isConfigurable(bound) ? defaultInstance(bound) : undefined;
  if (made !== undefined) return boundModel(made);
  if (isChatModel(bound)) return { model: bound, options: withoutRun(field(bound, 'defaultOptions')) };
  const within = field(bound, 'bound') === undefined ? undefined : boundModel(field(bound, 'bound'));
  if (within === undefined) return undefined;
  const options = { ...within.options, ...withoutRun(field(bound, 'config')), ...withoutRun(field(bound, 'kwargs')) };
  return { model: within.model, options };
}

/** A model of a route with the options of a call, which come before its own; tools are written as each provider does. */
export function targetWith({ model, options: own }: Target, given: CallOptions): Target {
  const { tools, signal, ...others } = { ...own, ...given };
  if (given['tools'] === undefined) return { model, options: { ...own, ...given } };
  if (model.bindTools === undefined) throw new TypeError(`routedChatModel: ${model.getName()} has no bindTools`);
  const bound = boundModel(model.bindTools(tools as never, others));
  if (bound === undefined) throw new TypeError(`routedChatModel: bindTools of ${model.getName()} gives no chat model`);
  return { model: bound.model, options: { ...others, ...bound.options, signal } };
}

function withoutRun(options: unknown): CallOptions {
  const entries = Object.entries((options ?? {}) as object);
  return Object.fromEntries(entries.filter(([name, value]) => value !== undefined && !OF_RUNS.has(name)));
}

/** The model that a target asks: one of `initChatModel` makes it now if it was not made before, with what is bound to it. */
export async function madeTarget(target: Target): Promise<Target> {
  const { model, options } = target;
  const made = isConfigurable(model) ? boundModel(await model._getModelInstance()) : undefined;
  return made === undefined ? target : { model: made.model, options: { ...made.options, ...options } };
}
