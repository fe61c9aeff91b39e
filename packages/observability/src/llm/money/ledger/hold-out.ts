import type { WorkflowContext } from 'tta-dev-primitives';
import {
  functionOption,
  numberOption,
  type OptionRules,
  type ReportedRequest,
  readOptions,
  requestOf,
  required,
} from 'tta-dev-primitives/internal';

/** Which requests go without savings, to measure what savings are worth. */
export interface HoldOutOptions {
  /**
   * The share of requests that are held out, above 0 and at most 1. A held-out request takes the baseline of each router and the last stage of
   * each cascade, and passes caches by: nothing stored is served to it, and its answer is not stored. What it costs is spent.
   */
  readonly share: number;
  /** Gives numbers from 0 to 1. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

/** `held_out`: the request went without savings. `treated`: it did not, while others were held out. */
export type HoldOutGroup = 'treated' | 'held_out';

const RULES = {
  share: required(numberOption({ above: 0, atMost: 1 })),
  random: functionOption(Math.random),
} satisfies OptionRules<HoldOutOptions>;

/** One map per process, however many copies of this package are loaded. */
const REGISTRY = Symbol.for('tta-observability-integration.hold-out.v1');

interface Registry {
  readonly groups: WeakMap<ReportedRequest, HoldOutGroup>;
  /** Spares every other process the look-up. */
  isUsed: boolean;
}

const registry: Registry = ((globalThis as { [REGISTRY]?: Registry })[REGISTRY] ??= {
  groups: new WeakMap(),
  isUsed: false,
});

/**
 * Makes the function that decides, once for each request that begins, whether it is held out.
 *
 * @throws TypeError or RangeError that names the option
 */
export function holdOutBy(owner: string, options: HoldOutOptions): (request: ReportedRequest) => void {
  const { share, random } = readOptions(owner, options, RULES, 'holdOut');
  registry.isUsed = true;
  return (request) => {
    if (!registry.groups.has(request)) registry.groups.set(request, random() < share ? 'held_out' : 'treated');
  };
}

/** Whether what runs with a context goes without savings; routers, cascades and caches ask. */
export function isHeldOut(context: WorkflowContext): boolean {
  if (!registry.isUsed) return false;
  const request = requestOf(context);
  return request !== undefined && registry.groups.get(request) === 'held_out';
}

/** The group of a request; undefined if none was held out when it began. */
export function groupOf(request: ReportedRequest): HoldOutGroup | undefined {
  return registry.isUsed ? registry.groups.get(request) : undefined;
}
