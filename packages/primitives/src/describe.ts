/** A primitive and those that it is made of. */
export interface PrimitiveTree {
  readonly kind: string;
  readonly name: string;
  readonly parts: readonly PrimitiveTree[];
  /** What it promises, in one sentence; absent if it promises nothing by itself. */
  readonly promise?: string;
}

/** What a workflow is made of, and which of its orders do harm. */
export interface WorkflowDescription extends PrimitiveTree {
  /** One sentence for each harmful order and each option without effect, with the fix. */
  readonly warnings: readonly string[];
}

/** What is read of a primitive. One from an older copy of this package has no parts and no warnings. */
interface Described {
  readonly kind: string;
  readonly name: string;
  readonly parts?: readonly Described[];
  readonly warnings?: readonly string[];
  readonly promise?: string | undefined;
}

/** An order that does harm: a primitive somewhere inside another, unless something makes up for it. */
interface HarmfulOrder {
  readonly inner: string;
  readonly outer: string;
  /** What makes up for it, when it stands anywhere around the outer one. */
  readonly unlessInside?: string;
  /** What makes up for it, when it stands anywhere inside the inner one. */
  readonly unlessHolding?: string;
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
  {
    inner: 'fallback',
    outer: 'circuit_breaker',
    advice:
      'the circuit sees the answers of the alternatives and never the failures; put the circuit around the primary',
  },
  {
    inner: 'circuit_breaker',
    outer: 'timeout',
    unlessHolding: 'timeout',
    advice: 'calls that hang are cancelled from outside and never counted; put a timeout inside the circuit',
  },
  {
    inner: 'retry',
    outer: 'retry',
    advice: 'their attempts multiply; keep one of the two',
  },
];

/** The tree of a primitive, with a warning for each order that does harm. */
export function describePrimitive(primitive: Described): WorkflowDescription {
  const tree = treeOf(primitive);
  return { ...tree, warnings: [...warningsFor(tree, []), ...ownWarnings(primitive)] };
}

function ownWarnings({ warnings = [], parts = [] }: Described): readonly string[] {
  return [...warnings, ...parts.flatMap(ownWarnings)];
}

function treeOf({ kind, name, parts = [], promise }: Described): PrimitiveTree {
  return { kind, name, parts: parts.map(treeOf), ...(promise === undefined ? {} : { promise }) };
}

/** @param around - what stands around the tree, outermost first */
function warningsFor(tree: PrimitiveTree, around: readonly PrimitiveTree[]): string[] {
  const own = HARMFUL_ORDERS.filter(({ inner }) => inner === tree.kind).flatMap((order) => {
    const index = around.findLastIndex(({ kind }) => kind === order.outer);
    const found = around[index];
    if (found === undefined || isMadeUpFor(order, tree, around.slice(0, index))) return [];
    return [`${tree.name} is inside ${found.name}: ${order.advice}`];
  });
  return [...own, ...tree.parts.flatMap((part) => warningsFor(part, [...around, tree]))];
}

function isMadeUpFor(
  { unlessInside, unlessHolding }: HarmfulOrder,
  tree: PrimitiveTree,
  outside: readonly PrimitiveTree[],
): boolean {
  return outside.some(({ kind }) => kind === unlessInside) || tree.parts.some((part) => holds(part, unlessHolding));
}

function holds({ kind, parts }: PrimitiveTree, wanted: string | undefined): boolean {
  return kind === wanted || parts.some((part) => holds(part, wanted));
}
