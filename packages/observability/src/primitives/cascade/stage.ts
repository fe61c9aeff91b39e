import type { Step, WorkflowContext } from 'tta-dev-primitives';
import { refusal } from 'tta-dev-primitives/internal';
import { isStep, type PricedPrimitive, type PricedStep, pricedPrimitive } from '../priced-step.ts';
import type { StageAnswer, Verdict } from './accept/acceptance.ts';
import type { Reply } from './reply.ts';

/** A step that a stage asks, alone or with what is needed to price its answers. */
export type MemberInit<I, O> = Step<I, O> | PricedStep<I, O>;

/** A step that a stage asks. */
export type Member<I, O> = PricedPrimitive<I, O>;

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

  /** Whether two whole answers say the same; undefined for a stage that has no way to compare answers. */
  saysTheSame?(one: StageAnswer<I, O>, other: StageAnswer<I, O>): boolean;

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
  return entries.map(([name, init]) => pricedPrimitive(owner, `members[${JSON.stringify(name)}]`, name, init));
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
