import { parser } from '@prometheus-io/lezer-promql';

/** What an expression reads and how. */
export interface Expression {
  /** The series it selects, each with the labels that it is matched by. */
  readonly selectors: readonly Selector[];
  /** The labels that aggregations and matchings name. */
  readonly groupedBy: readonly string[];
  /** Functions over windows: `{ name: 'rate', window: '5m' }`. */
  readonly overTime: readonly { readonly name: string; readonly window: string }[];
  /** What must have values for the expression to mean something, even where its comparisons hold nowhere. */
  readonly operands: readonly string[];
}

export interface Selector {
  readonly series: string;
  readonly labels: readonly string[];
}

type Node = ReturnType<typeof parser.parse>['topNode'];

/** Comparisons keep what is on their left; these operators keep what is on both sides. */
const COMPARISONS = new Set(['Eqlc', 'Eql', 'Neq', 'Gtr', 'Gte', 'Lss', 'Lte']);
const SETS = new Set(['And', 'Or', 'Unless']);

/** Reads an expression. @throws SyntaxError if it is not PromQL */
export function parsePromql(text: string): Expression {
  const { topNode } = parser.parse(text);
  const selectors: Selector[] = [];
  const groupedBy: string[] = [];
  const overTime: { name: string; window: string }[] = [];
  const textOf = ({ from, to }: Node): string => text.slice(from, to);
  for (const node of everyNode(topNode)) {
    if (node.type.isError) throw new SyntaxError(`not PromQL at ${node.from}: ${text}`);
    if (node.name === 'VectorSelector') selectors.push(selectorOf(node, textOf));
    if (node.name === 'GroupingLabels') groupedBy.push(...node.getChildren('LabelName').map(textOf));
    const window = node.name === 'FunctionCall' ? windowOf(node) : undefined;
    if (window !== undefined) overTime.push({ name: textOf(node.firstChild as Node), window: textOf(window) });
  }
  const whole = topNode.firstChild;
  return { selectors, groupedBy, overTime, operands: whole === null ? [] : operandsOf(whole).map(textOf) };
}

function* everyNode(node: Node): Generator<Node> {
  yield node;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) yield* everyNode(child);
}

function selectorOf(node: Node, textOf: (node: Node) => string): Selector {
  const name = node.getChild('Identifier');
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  return {
    series: name === null ? '' : textOf(name),
    labels: matchers.flatMap((matcher) => matcher.getChildren('LabelName').map(textOf)),
  };
}

function windowOf(call: Node): Node | undefined {
  const matrix = call.getChild('FunctionCallBody')?.getChild('MatrixSelector');
  return matrix?.getChild('DurationExpr') ?? matrix?.lastChild ?? undefined;
}

function operandsOf(node: Node): Node[] {
  const inner = node.name === 'ParenExpr' ? node.firstChild : null;
  if (inner !== null) return operandsOf(inner);
  const operator = node.name === 'BinaryExpr' ? node.firstChild?.nextSibling?.name : undefined;
  if (operator === undefined) return [node];
  const [left, right] = [node.firstChild as Node, node.lastChild as Node];
  if (SETS.has(operator)) return [...operandsOf(left), ...operandsOf(right)];
  return COMPARISONS.has(operator) ? [...operandsOf(left), ...(isNumber(right) ? [] : operandsOf(right))] : [node];
}

function isNumber({ name }: Node): boolean {
  return name === 'NumberDurationLiteral';
}
