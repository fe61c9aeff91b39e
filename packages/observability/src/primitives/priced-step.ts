import type { Step, WorkflowPrimitive } from 'tta-dev-primitives';
import { anyOption, asOnlyWork, nameOption, type OptionRules, readOptions, refusal } from 'tta-dev-primitives/internal';
import { ModelCallPrimitive, modelCall, modelCallsIn } from '../llm/call/model-call.ts';
import type { PricedModel } from '../llm/money/model-price.ts';
import type { PriceSource } from '../llm/money/price-source.ts';
import { type TokenPrice, tokenPriceOption } from '../llm/money/token-price.ts';

/** A step, and what is needed to price its answers. */
export interface PricedStep<I, O> {
  readonly step: Step<I, O>;
  /** As which model its answers are priced. @defaultValue the model that the answer names */
  readonly model?: string | undefined;
  /** Who serves the model, as OpenTelemetry or the price source names it: `openai`, `aws.bedrock`, `groq` ... */
  readonly provider?: string | undefined;
  /**
   * What its tokens cost, instead of asking the price source. A step that makes its model calls further inside, such as a retry around
   * one, needs the price at `modelCall`. A step that makes one model call cannot have a second price here.
   */
  readonly price?: TokenPrice | undefined;
}

/** A step, ready to be asked and priced. */
export interface PricedPrimitive<I, O> extends PricedModel {
  readonly step: WorkflowPrimitive<I, O>;
}

export const PRICED_STEP_RULES: OptionRules<PricedStep<never, unknown>> = {
  step: anyOption, // checked before all others
  model: nameOption,
  provider: nameOption,
  price: tokenPriceOption,
};

/**
 * Makes a step ready, alone or with its price. A plain function takes the name it is given here, which says more in a span than its
 * own.
 *
 * @param rules - the options that `init` may have
 * @throws TypeError or RangeError that names the option and what is wrong with it
 */
export function pricedPrimitive<I, O>(
  owner: string,
  option: string,
  name: string,
  init: Step<I, O> | PricedStep<I, O>,
  rules: OptionRules<PricedStep<never, unknown>> = PRICED_STEP_RULES,
): PricedPrimitive<I, O> {
  if (isStep<I, O>(init)) return pricedByItself(name, named(name, init));
  if (typeof init !== 'object' || init === null || !isStep<I, O>(init.step)) {
    const [where, what] = typeof init === 'object' && init !== null ? [`${option}.step`, init.step] : [option, init];
    throw new TypeError(refusal(owner, where, what, 'a function or a primitive'));
  }
  const { model, provider, price } = readOptions<PricedStep<I, O>, typeof rules>(owner, init, rules, option);
  const primitive = named(name, init.step);
  if (price !== undefined && !takesPrice(primitive)) {
    throw new TypeError(
      `${owner}: ${option}.price does not reach the model call inside the step; give it to modelCall`,
    );
  }
  const own = pricedByItself(name, primitive);
  if (price !== undefined && own.price !== undefined) {
    throw new TypeError(`${owner}: ${option}.price is a second price; the model call inside the step already has one`);
  }
  return {
    ...own,
    model: model ?? own.model,
    provider: provider ?? own.provider,
    price: price ?? own.price,
  };
}

/** Whether a price counts for every model call that a step makes: there is none yet, it is one, or each has a price of its own. */
function takesPrice(primitive: WorkflowPrimitive<never, unknown>): boolean {
  const isPriced = (call: unknown): boolean => call instanceof ModelCallPrimitive && call.priced.price !== undefined;
  return primitive instanceof ModelCallPrimitive || modelCallsIn(primitive).every(isPriced);
}

/** A step that makes one model call is priced as that call. */
function pricedByItself<I, O>(name: string, primitive: WorkflowPrimitive<I, O>): PricedPrimitive<I, O> {
  const [call, ...others] = modelCallsIn(primitive);
  const isKnown = call instanceof ModelCallPrimitive && others.length === 0;
  const { model, provider, price } = isKnown ? call.priced : UNPRICED;
  return { name, step: primitive, model, provider, price };
}

const UNPRICED = { model: undefined, provider: undefined, price: undefined };

/**
 * The step as a model call, priced as it says. A model call keeps its own options, and takes from these what it leaves open; a step that
 * makes model calls further inside stays as it is.
 */
export function calledPrimitive<I, O>(
  { step: primitive, model, provider, price }: PricedPrimitive<I, O>,
  prices: PriceSource | undefined,
): WorkflowPrimitive<I, O> {
  const options = { model, provider, price, prices };
  if (primitive instanceof ModelCallPrimitive) return primitive.withDefaults(options);
  return modelCallsIn(primitive).length > 0 ? primitive : modelCall(primitive, options);
}

/** Whether something can be asked as it is: a function, or a primitive. */
export function isStep<I, O>(init: unknown): init is Step<I, O> {
  if (typeof init === 'function') return true;
  return typeof init === 'object' && init !== null && 'execute' in init && typeof init.execute === 'function';
}

function named<I, O>(name: string, work: Step<I, O>): WorkflowPrimitive<I, O> {
  return asOnlyWork(work, name); // it is the whole work of a model call
}
