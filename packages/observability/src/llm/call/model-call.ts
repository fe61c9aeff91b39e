import { type RunningStep, type Step, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { asOnlyWork, checkOneOf, nameOption, type OptionRules, option, readOptions } from 'tta-dev-primitives/internal';
import type { PricedModel } from '../money/model-price.ts';
import { type PriceSource, priceSourceOption } from '../money/price-source.ts';
import { type TokenPrice, tokenPriceOption } from '../money/token-price.ts';
import { readChunksByDialect } from './chunk-reader.ts';
import type { LlmOperation } from './facts.ts';
import { type CallSettings, ModelCallExecution } from './model-call-execution.ts';
import { summariseModelCalls } from './report-summary.ts';
import { serverAt } from './server-address.ts';

export interface ModelCallOptions<I = unknown> {
  /** Who serves the model, as OpenTelemetry or the price source names it: `openai`, `aws.bedrock`, `groq` ... */
  readonly provider?: string | undefined;
  /** The model, as metrics and prices name it. @defaultValue the model in the answer; in metrics, the model in the request */
  readonly model?: string | undefined;
  /** The price of its tokens, instead of the price source. */
  readonly price?: TokenPrice | undefined;
  /** The source of prices. @defaultValue bundledPrices */
  readonly prices?: PriceSource | undefined;
  /** What the model is asked to do, as a word or as a function. @defaultValue what the request asks for, else 'chat' */
  readonly operation?: LlmOperation | ((input: I, context: WorkflowContext) => LlmOperation) | undefined;
  /** The URL of the call. Spans show its host and port. @defaultValue the `url` of the request */
  readonly baseURL?: string | undefined;
}

summariseModelCalls();
readChunksByDialect();

const OWNER = 'modelCall';

const OPERATIONS: readonly LlmOperation[] = ['chat', 'embeddings', 'text_completion', 'generate_content'];

const RULES = {
  provider: nameOption,
  model: nameOption,
  price: tokenPriceOption,
  prices: priceSourceOption,
  operation: option((owner, name, value) => {
    if (typeof value !== 'function') checkOneOf(owner, name, value, OPERATIONS);
  }),
  baseURL: nameOption,
} satisfies OptionRules<ModelCallOptions<never>>;

/**
 * One attempt at one model. States its provider, models, tokens, cost, finish and failure; for a stream, when the
 * stream ends.
 *
 * An answer that states an error in place of an answer fails the call with a `FailedAnswerError`, as do a missing
 * answer and an HTML page. A stream that ends without its finish, or without a chunk, fails with an
 * `IncompleteStreamError`. Every other answer, and every error of the step, is passed on unchanged.
 *
 * If another model call runs inside this one, only the inner call states usage and cost. If a cache inside the call
 * answers, the call costs nothing.
 */
export class ModelCallPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'model_call';
  protected override readonly endsWithContext = true;
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #settings: CallSettings;
  readonly #operationOf: ((input: I, context: WorkflowContext) => LlmOperation) | undefined;
  readonly #options: ModelCallOptions<I>;

  /** @throws TypeError or RangeError naming the option if an option is wrong */
  constructor(step: Step<I, O>, options: ModelCallOptions<I> = {}) {
    const { provider, model, price, prices, operation, baseURL } = readOptions(OWNER, options, RULES);
    const primitive = asOnlyWork(step);
    super(primitive.name);
    this.#step = primitive;
    this.#options = options;
    const priced = { name: primitive.name, provider, model, price };
    const fixed = typeof operation === 'function' ? undefined : operation;
    this.#settings = { priced, prices, server: serverAt(baseURL), operation: fixed };
    this.#operationOf = typeof operation === 'function' ? operation : undefined;
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#step];
  }

  /** What its answers are priced by. */
  get priced(): PricedModel {
    return this.#settings.priced;
  }

  /** The same call, with options for what its own leave open. */
  withDefaults(defaults: ModelCallOptions<I>): ModelCallPrimitive<I, O> {
    if (Object.values(defaults).every((value) => value === undefined)) return this;
    const given = Object.entries(this.#options).filter(([, value]) => value !== undefined);
    return new ModelCallPrimitive(this.#step, { ...defaults, ...Object.fromEntries(given) });
  }

  protected override async run(input: I, context: WorkflowContext, step: RunningStep): Promise<O> {
    const operation = this.#operationOf?.(input, context);
    const settings = operation === undefined ? this.#settings : { ...this.#settings, operation };
    const execution = new ModelCallExecution<I, O>(settings, input, context, step.note);
    const { output, record } = step.call(this.#step, input, context);
    let answer: O;
    try {
      answer = await output;
    } catch (error) {
      execution.failed(error, record);
      throw error;
    }
    return execution.take(answer, record);
  }
}

/**
 * Turns a step into one attempt at one model; see {@link ModelCallPrimitive}.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const ask = modelCall((request: Request, { signal }) => openai.chat.completions.create(request, { signal }), { provider: 'openai' });
 * const answer = await new RetryPrimitive(ask).execute({ model: 'gpt-4o-mini', messages });
 * ```
 */
export function modelCall<I, O>(step: Step<I, O>, options: ModelCallOptions<I> = {}): ModelCallPrimitive<I, O> {
  return new ModelCallPrimitive(step, options);
}

/** The model calls that a primitive and its parts make, of any copy of this package; those inside another call are not among them. */
export function modelCallsIn(
  primitive: WorkflowPrimitive<never, unknown>,
): readonly WorkflowPrimitive<never, unknown>[] {
  return primitive.kind === 'model_call' ? [primitive] : primitive.parts.flatMap(modelCallsIn);
}
