import type { WorkflowPrimitive } from './primitive.ts';

/** A primitive and those that it is made of. */
export interface PrimitiveTree {
  readonly kind: string;
  readonly name: string;
  readonly parts: readonly PrimitiveTree[];
}

/** What a workflow is made of, and which of its orders do harm. */
export interface WorkflowDescription extends PrimitiveTree {
  /** One sentence for each order that does harm, with what to do about it; empty when there is none. */
  readonly warnings: readonly string[];
}

/** An order that does harm: a primitive somewhere inside another, unless something makes up for it. */
interface HarmfulOrder {
  readonly inner: string;
  readonly outer: string;
  /** What makes up for it, when it stands anywhere around the outer one. */
  readonly unlessInside?: string;
  readonly advice: string;
}

const HARMFUL_ORDERS: readonly HarmfulOrder[] = [
  {
    inner: 'cache',
    outer: 'retry',
    advice: 'every attempt asks the cache again; put the cache around the retry',
  },
  {
    inner: 'timeout',
    outer: 'retry',
    unlessInside: 'timeout',
    advice: 'it bounds each attempt and nothing bounds them all; put another timeout around the retry',
  },
  {
    inner: 'retry',
    outer: 'circuit_breaker',
    advice:
      'the circuit sees one failure for all its attempts, and they go on while it should open; put it inside the retry',
  },
];

/** The tree of a primitive, with a warning for each order that does harm. */
export function describePrimitive(primitive: WorkflowPrimitive<never, unknown>): WorkflowDescription {
  const tree = treeOf(primitive);
  return { ...tree, warnings: warningsFor(tree, []) };
}

/** A primitive from an older copy of this package does not tell its parts. */
function treeOf({ kind, name, parts = [] }: WorkflowPrimitive<never, unknown>): PrimitiveTree {
  return { kind, name, parts: parts.map(treeOf) };
}

/** @param around - what stands around the tree, outermost first */
function warningsFor(tree: PrimitiveTree, around: readonly PrimitiveTree[]): string[] {
  const own = HARMFUL_ORDERS.filter(({ inner }) => inner === tree.kind).flatMap(({ outer, unlessInside, advice }) => {
    const index = around.findLastIndex(({ kind }) => kind === outer);
    const found = around[index];
    const isMadeUpFor = around.slice(0, Math.max(0, index)).some(({ kind }) => kind === unlessInside);
    return found === undefined || isMadeUpFor ? [] : [`${tree.name} is inside ${found.name}: ${advice}`];
  });
  return [...own, ...tree.parts.flatMap((part) => warningsFor(part, [...around, tree]))];
}
