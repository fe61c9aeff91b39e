import {
  checkNoUnknown,
  type OptionNames,
  refusal,
  type Step,
  step,
  type WorkflowContext,
  type WorkflowPrimitive,
} from 'tta-dev-primitives';
import type { PricedModel } from '../../llm/model-price.ts';
import { checkTokenPrice, type TokenPrice } from '../../llm/price-list.ts';
import type { Verdict } from './accept/acceptance.ts';
import type { Reply } from './reply.ts';

/** A step, and what is needed to price its answers. */
export interface PricedStep<I, O> {
  readonly step: Step<I, O>;
  /** As which model its answers are priced. @defaultValue the model that the answer names */
  readonly model?: string | undefined;
  /** Who serves the model, as OpenTelemetry or the price source names it. */
  readonly provider?: string | undefined;
  /** What its tokens cost, instead of asking the price source. */
  readonly price?: TokenPrice | undefined;
}

/** A step that a stage asks, alone or with what is needed to price its answers. */
export type MemberInit<I, O> = Step<I, O> | PricedStep<I, O>;

/** A step that a stage asks. */
export interface Member<I, O> extends PricedModel {
  readonly step: WorkflowPrimitive<I, O>;
}

/** What a stage is given to ask its members with. */
export interface Asking<I, O> {
  readonly input: I;
  readonly context: WorkflowContext;
  /** Calls a member and reads its whole answer, and keeps account of it. @throws what the member throws */
  call(member: Member<I, O>, context: WorkflowContext): Promise<Reply<O>>;
}

/** What a stage came to. */
export interface Asked<O> {
  /** The answer it would give. */
  readonly reply: Reply<O>;
  /** What the stage itself says of it; the rule of the cascade is asked about what it accepts. */
  readonly verdict: Verdict;
}

/** A stage of a cascade, as `agreement` and `selfConsistency` make them. */
export abstract class CascadeStage<I, O> {
  readonly members: readonly Member<I, O>[];

  protected constructor(members: readonly Member<I, O>[]) {
    this.members = members;
  }

  /** @throws what a member throws, if that leaves nothing to compare */
  abstract ask(asking: Asking<I, O>): Promise<Asked<O>>;
}

/** A stage that asks one step. */
export class SingleStage<I, O> extends CascadeStage<I, O> {
  readonly member: Member<I, O>;

  constructor(member: Member<I, O>) {
    super([member]);
    this.member = member;
  }

  async ask({ context, call }: Asking<I, O>): Promise<Asked<O>> {
    return { reply: await call(this.member, context), verdict: true };
  }
}

export const MEMBER_OPTIONS: OptionNames<PricedStep<unknown, unknown>> = {
  step: true,
  model: true,
  provider: true,
  price: true,
};

/** Makes a member ready. @throws TypeError or RangeError that names the option and what is wrong with it */
export function memberOf<I, O>(
  owner: string,
  option: string,
  name: string,
  init: MemberInit<I, O>,
  known: Readonly<Record<string, true>> = MEMBER_OPTIONS,
): Member<I, O> {
  if (isStep(init)) {
    return { name, step: primitiveOf(name, init), model: undefined, provider: undefined, price: undefined };
  }
  if (typeof init !== 'object' || init === null || !isStep(init.step)) {
    const [where, what] = typeof init === 'object' && init !== null ? [`${option}.step`, init.step] : [option, init];
    throw new TypeError(refusal(owner, where, what, 'a function or a primitive'));
  }
  checkNoUnknown(owner, init, known, option);
  const { model, provider, price } = init;
  for (const [field, value] of Object.entries({ model, provider })) {
    if (value === undefined || (typeof value === 'string' && value !== '')) continue;
    throw new TypeError(refusal(owner, `${option}.${field}`, value, 'a name'));
  }
  if (price !== undefined) checkTokenPrice(owner, `${option}.price`, price);
  return { name, step: primitiveOf(name, init.step), model, provider, price };
}

/** Makes the members of a stage ready. @throws TypeError or RangeError if there are fewer than `atLeast` */
export function membersOf<I, O>(
  owner: string,
  inits: Readonly<Record<string, MemberInit<I, O>>>,
  atLeast: number,
): readonly Member<I, O>[] {
  if (typeof inits !== 'object' || inits === null || isStep(inits)) {
    throw new TypeError(refusal(owner, 'members', inits, 'an object of steps by name'));
  }
  checkOrder(owner, 'members', inits);
  const entries = Object.entries(inits);
  if (entries.length < atLeast) {
    throw new RangeError(`${owner}: members must be ${atLeast} steps or more, but they are ${entries.length}`);
  }
  return entries.map(([name, init]) => memberOf(owner, `members[${JSON.stringify(name)}]`, name, init));
}

/**
 * Checks that an object keeps its fields in the order in which they were written, which JavaScript does not do with whole numbers.
 *
 * @throws TypeError that names the field
 */
export function checkOrder(owner: string, option: string, inits: object): void {
  const number = Array.isArray(inits) ? undefined : Object.keys(inits).find((name) => /^(?:0|[1-9]\d*)$/.test(name));
  if (number === undefined) return;
  const why = 'because JavaScript puts such names before all others';
  throw new TypeError(`${owner}: ${option} must not be named by whole numbers, as ${number} is, ${why}`);
}

export function isStep<I, O>(init: unknown): init is Step<I, O> {
  if (typeof init === 'function') return true;
  return typeof init === 'object' && init !== null && 'execute' in init && typeof init.execute === 'function';
}

/** A plain function takes the name of its member, which says more in a span than the function's own. */
function primitiveOf<I, O>(name: string, work: Step<I, O>): WorkflowPrimitive<I, O> {
  return typeof work === 'function' ? step(name, work) : work;
}
