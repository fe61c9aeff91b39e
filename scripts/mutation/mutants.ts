import { type ESTree, parseSync } from 'vite';

/** One small change of a source file that its tests should notice. */
export interface Mutant {
  /** From the root of the repository, with `/` between folders. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** The part of the text that changes. */
  readonly start: number;
  readonly end: number;
  readonly kind: MutantKind;
  /** The text that takes its place. A statement has none: it is left out. An entry is inserted at its place. */
  readonly replacement: string;
}

/** An expression that changes, a statement that is left out, or a function that returns at its first line. */
export type MutantKind = 'expression' | 'statement' | 'entry';

/** A node of the syntax tree, with its parts not yet looked at. */
type Node = ESTree.Node & Record<string, unknown>;

/** The other word for each operator that has one. */
const OTHER_OPERATORS: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '==': '!=',
  '!=': '==',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '&&': '||',
  '||': '&&',
};

/** Methods whose call can be left out, because they return something of the kind they are called on. */
const OPTIONAL_CALLS: ReadonlySet<string> = new Set(
  'filter sort toSorted slice subarray trim toLowerCase reverse toReversed unref'.split(' '),
);

const OPPOSITE_FUNCTIONS: Readonly<Record<string, string>> = { min: 'max', max: 'min', floor: 'ceil', ceil: 'floor' };

/** Nodes of TypeScript that hold an expression; all others of its nodes are types. */
const EXPRESSION_WRAPPERS: ReadonlySet<string> = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
]);

/** The mutants of one file, in the order of their places. */
export function mutantsOf(path: string, text: string): readonly Mutant[] {
  const mutants: Mutant[] = [];
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]?.message}`);
  const add = (kind: MutantKind, { start, end }: { start: number; end: number }, replacement: string): void => {
    mutants.push({ path, line: text.slice(0, start).split('\n').length, start, end, kind, replacement });
  };
  const textOf = (node: unknown): string => text.slice((node as Node).start, (node as Node).end);
  walk(program as unknown as Node, [], (node, parents) => {
    for (const replacement of replacementsOf(node, parents, textOf)) add('expression', node, replacement);
    if (isRemovable(node)) add('statement', node, '');
    const body = bodyOf(node, parents);
    if (body !== undefined) add('entry', { start: body.start + 1, end: body.start + 1 }, 'return;');
  });
  return mutants.sort((a, b) => a.start - b.start || b.end - a.end);
}

function walk(node: Node, parents: readonly Node[], visit: (node: Node, parents: readonly Node[]) => void): void {
  if (isIgnored(node)) return;
  visit(node, parents);
  const within = [...parents, node];
  for (const [key, part] of Object.entries(node)) {
    if (key === 'key' && node['computed'] !== true) continue;
    for (const child of Array.isArray(part) ? part : [part]) {
      if (typeof child?.type === 'string') walk(child, within, visit);
    }
  }
}

/** Types, and what is imported from or exported of other files. */
function isIgnored({ type, source }: Node): boolean {
  if (type.startsWith('TS')) return !EXPRESSION_WRAPPERS.has(type);
  return type === 'ImportDeclaration' || (type === 'ExportNamedDeclaration' && source !== null);
}

function replacementsOf(node: Node, parents: readonly Node[], textOf: (node: unknown) => string): readonly string[] {
  const parent = parents.at(-1);
  const found: string[] = [];
  const isTest = parent?.['test'] === node && parent.type !== 'SwitchCase';
  if (isTest)
    found.push(
      ...(parent.type === 'IfStatement' || parent.type === 'ConditionalExpression' ? ['true', 'false'] : ['false']),
    );
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const [left, right] = [textOf(node.left), textOf(node.right)];
      if (node.operator === '??') found.push(left);
      const other = OTHER_OPERATORS[node.operator];
      if (other === undefined || (node.operator === '+' && isText(node))) break;
      // The negation of a whole test is covered by its true and false.
      if (isTest && /^[!=]=/.test(node.operator)) break;
      found.push(`(${left}) ${other} (${right})`);
      break;
    }
    case 'UnaryExpression':
      if (node.operator === '!' && !isTest) found.push(textOf(node.argument));
      break;
    case 'Literal':
      if (parent?.type === 'ExpressionStatement' || isMessage(parents)) break;
      if (typeof node.value === 'number') found.push(String(node.value + 1));
      if (typeof node.value === 'boolean' && !isTest) found.push(String(!node.value));
      if (typeof node.value === 'string' && node.value !== '' && !isComparison(parent)) found.push("''");
      break;
    case 'CallExpression':
      found.push(...simplerCalls(node, textOf));
      break;
    case 'ChainExpression':
      if (textOf(node).includes('?.'))
        found.push(textOf(node).replaceAll('?.[', '[').replaceAll('?.(', '(').replaceAll('?.', '.'));
      break;
    default:
  }
  if (parent?.type === 'ArrowFunctionExpression' && parent.body === node && node.type !== 'BlockStatement') {
    found.push('undefined');
  }
  return [...new Set(found)].filter((replacement) => replacement !== textOf(node));
}

function simplerCalls(node: Node & ESTree.CallExpression, textOf: (node: unknown) => string): readonly string[] {
  const { callee } = node;
  if (callee.type !== 'MemberExpression' || callee.computed) return [];
  const object = textOf(callee.object);
  const method = textOf(callee.property);
  if (OPTIONAL_CALLS.has(method)) return [object];
  const opposite = OPPOSITE_FUNCTIONS[method];
  if (object !== 'Math' || opposite === undefined) return [];
  return [`Math.${opposite}${textOf(node).slice(textOf(callee).length)}`];
}

/** Whether the sum is a text that is put together. */
function isText({ left, right }: Node & ESTree.BinaryExpression): boolean {
  return [left, right].some(
    (side) => side.type === 'TemplateLiteral' || (side.type === 'Literal' && typeof side.value === 'string'),
  );
}

function isComparison(parent: Node | undefined): boolean {
  return parent?.type === 'BinaryExpression' || parent?.type === 'SwitchCase';
}

/** Whether it is part of what an error or a warning says. */
function isMessage(parents: readonly Node[]): boolean {
  return parents.some(
    ({ type }) => type === 'NewExpression' || type === 'ThrowStatement' || type === 'TemplateLiteral',
  );
}

function isRemovable(node: Node): boolean {
  if (node.type !== 'ExpressionStatement') return false;
  const { expression } = node as Node & ESTree.ExpressionStatement;
  if (expression.type === 'CallExpression') return expression.callee.type !== 'Super';
  return /^(Assignment|Update|Await|Yield|Chain)Expression$/.test(expression.type);
}

/** The body of a function of several statements that can end at once. */
function bodyOf(node: Node, parents: readonly Node[]): Node | undefined {
  if (node.type !== 'BlockStatement') return undefined;
  const parent = parents.at(-1);
  if (!/^(Function|ArrowFunction)/.test(parent?.type ?? '')) return undefined;
  const isConstructor = parents.at(-2)?.['kind'] === 'constructor';
  const isEmpty = (node['body'] as unknown[]).length === 0;
  return isConstructor || isEmpty ? undefined : node;
}
