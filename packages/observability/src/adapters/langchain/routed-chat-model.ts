import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import type { BaseLanguageModelInput, StructuredOutputMethodOptions } from '@langchain/core/language_models/base';
import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type BindToolsInput,
} from '@langchain/core/language_models/chat_models';
import type { ChatModelStreamEvent } from '@langchain/core/language_models/event';
import {
  assembleStructuredOutputPipeline,
  createFunctionCallingParser,
} from '@langchain/core/language_models/structured_output';
import type { AIMessageChunk, BaseMessage } from '@langchain/core/messages';
import type { ChatGenerationChunk, ChatResult } from '@langchain/core/outputs';
import type { Runnable } from '@langchain/core/runnables';
import { toJsonSchema } from '@langchain/core/utils/json_schema';
import { refusal } from 'tta-dev-primitives/internal';
import { isPlainObject } from '../../llm/fields.ts';
import { Answering } from './answering.ts';
import { boundModel, targetWith } from './bound-model.ts';
import { routedChatWorkflow } from './chain-workflow.ts';
import { type CallOptions, nameOf, type Target } from './chat-model.ts';
import { OBSERVED } from './observe.ts';
import { type RoutedChatModelOptions, readRoutedOptions } from './options.ts';

/** Options of one call of a routed chat model, beside those that its models take. */
export type RoutedCallOptions = BaseChatModelCallOptions & {
  /** Tools in any form that LangChain takes; each model writes them in its own. */
  tools?: BindToolsInput[];
  readonly [option: string]: unknown;
};

/** A chat model, or one with options or tools of its own, as `withConfig` and `bindTools` give it. */
export type RouteModel = BaseChatModel | Runnable<BaseLanguageModelInput, AIMessageChunk>;

/** A chat model that answers each call with one of several. {@link routedChatModel} makes one. */
export class RoutedChatModel extends BaseChatModel<RoutedCallOptions> {
  readonly model: string;
  readonly #answering: Answering;

  /** @internal */
  constructor(answering: Answering, model: string) {
    super({ metadata: { [OBSERVED]: true } });
    this.#answering = answering;
    this.model = model;
  }

  static override lc_name(): string {
    return 'RoutedChatModel';
  }

  override _llmType(): string {
    return 'tta';
  }

  override invocationParams(options?: this['ParsedCallOptions']): Record<string, unknown> {
    return { model: this.model, ...(options?.['tools'] !== undefined && { tools: options['tools'] }) };
  }

  override bindTools(
    tools: BindToolsInput[],
    kwargs: Partial<RoutedCallOptions> = {},
  ): Runnable<BaseLanguageModelInput, AIMessageChunk, RoutedCallOptions> {
    return this.withConfig({ ...kwargs, tools });
  }

  /** Asks for a call of one tool, which models of all providers understand. */
  override withStructuredOutput(schema: never, config: StructuredOutputMethodOptions<boolean> = {}): never {
    const { name = nameIn(schema), includeRaw } = config;
    const parameters = toJsonSchema(schema);
    const description = typeof parameters.description === 'string' ? parameters.description : 'Gives the answer.';
    const tool = { type: 'function', function: { name, description, parameters } };
    const model = this.bindTools([tool], { tool_choice: name });
    return assembleStructuredOutputPipeline(model, createFunctionCallingParser(schema, name), includeRaw) as never;
  }

  override _generate(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    return this.#answering.generate(messages, options, runManager);
  }

  override _streamResponseChunks(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    return this.#answering.stream(messages, options, runManager);
  }

  override _streamChatModelEvents(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
  ): AsyncGenerator<ChatModelStreamEvent> {
    return this.#answering.events(messages, options);
  }
}

/**
 * A chat model that answers each call with one of several, which may be of different providers. Messages name the route in
 * `response_metadata.tta.route`. Callbacks that were given to one of the models are not called; give them to the routed model.
 *
 * @throws TypeError or RangeError that names the option if an option is wrong, or if there is no model
 * @example
 * ```ts
 * const model = routedChatModel(
 *   { small: new ChatOpenAI({ model: 'gpt-4o-mini' }), large: new ChatAnthropic({ model: 'claude-sonnet-4-5' }) },
 *   { strategy: byComplexity({ simple: 'small', complex: 'large' }), baseline: 'large', fallback: true },
 * );
 * const { content } = await model.invoke('Hello');
 * ```
 */
export function routedChatModel<Name extends string>(
  models: Readonly<Record<Name, RouteModel>>,
  options: RoutedChatModelOptions<Name>,
): RoutedChatModel {
  const routes = routesOf(models);
  const read = readRoutedOptions(options);
  const targetsOf = (given: CallOptions): Record<string, Target> => {
    return Object.fromEntries(routes.map(([name, target]) => [name, targetWith(target, given)]));
  };
  const workflow = routedChatWorkflow(Object.fromEntries(routes) as Record<Name, Target>, read); // they have these names
  const names = routes.map(([, { model }]) => nameOf(model)).join('|');
  return new RoutedChatModel(new Answering(workflow, read.tenantId, targetsOf), names);
}

function routesOf(models: Readonly<Record<string, unknown>>): readonly (readonly [string, Target])[] {
  if (!isPlainObject(models) || Object.keys(models).length === 0) {
    throw new TypeError(refusal('routedChatModel', 'models', models, 'an object with at least one chat model'));
  }
  return Object.entries(models).map(([name, model]) => {
    const target = boundModel(model);
    if (target !== undefined) return [name, target];
    const option = `models[${JSON.stringify(name)}]`;
    throw new TypeError(refusal('routedChatModel', option, model, 'a chat model of LangChain'));
  });
}

/** The name that a JSON schema gives to its tool. */
function nameIn(schema: unknown): string {
  const name = isPlainObject(schema) ? (schema['name'] ?? schema['title']) : undefined;
  return typeof name === 'string' && /^[\w-]{1,64}$/.test(name) ? name : 'extract';
}
