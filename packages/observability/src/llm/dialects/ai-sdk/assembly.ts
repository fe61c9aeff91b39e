import { field, isObject, listOf, textField } from '../../fields.ts';

/** Parts of a stream that are items of content as they are. */
const ITEMS: ReadonlySet<unknown> = new Set([
  ...['file', 'reasoning-file', 'source', 'custom', 'tool-call', 'tool-result', 'tool-approval-request'],
]);

/** Parts that a whole answer has no place for, and that say nothing more: the pieces of a call of a tool, and what came over the wire. */
const DROPPED: ReadonlySet<unknown> = new Set(['tool-input-start', 'tool-input-delta', 'tool-input-end', 'raw']);

/** Items that are streamed in pieces. */
const IN_PIECES: ReadonlySet<unknown> = new Set(['text', 'reasoning']);

const PIECE = /^(text|reasoning)-(start|delta|end)$/;

/** What a whole answer of a model holds; one with anything else is not given as a stream. */
const OF_ANSWERS: ReadonlySet<string> = new Set([
  ...['content', 'finishReason', 'usage', 'warnings', 'providerMetadata', 'response'],
]);
const OF_PIECES: ReadonlySet<string> = new Set(['type', 'text', 'providerMetadata', 'citations']);
const OF_RESPONSES: ReadonlySet<string> = new Set(['id', 'modelId', 'timestamp']);

/** An item of content in the making. */
interface Piece {
  readonly type: string;
  text: string;
  providerMetadata?: unknown;
  citations?: unknown;
}

/**
 * The answer that a model would have given whole, of the parts of its stream.
 *
 * @returns undefined for a stream without its end, or with a part that has no place in an answer
 */
export function assembleParts(parts: readonly unknown[]): object | undefined {
  const content: unknown[] = [];
  const pieces = new Map<unknown, Piece>();
  let warnings: unknown = [];
  let response: object | undefined;
  let finish: object | undefined;
  for (const part of parts) {
    const type = textField(part, 'type') ?? '';
    if (PIECE.test(type)) addPiece(part as object, type, pieces, content);
    else if (ITEMS.has(type)) content.push(part);
    else if (type === 'stream-start') warnings = field(part, 'warnings') ?? [];
    else if (type === 'response-metadata') response = { ...response, ...without(part as object, 'type') };
    else if (type === 'finish') finish = without(part as object, 'type');
    else if (!DROPPED.has(type)) return undefined;
  }
  if (finish === undefined) return undefined;
  return { content: content.filter(isSaid), warnings, ...(response && { response }), ...finish };
}

function addPiece(part: object, type: string, pieces: Map<unknown, Piece>, content: unknown[]): void {
  const [kind, step] = type.split('-') as [string, string];
  const key = `${kind} ${String(field(part, 'id'))}`;
  const known = step === 'start' ? undefined : pieces.get(key);
  const piece: Piece = known ?? { type: kind, text: '' };
  if (known === undefined) {
    pieces.set(key, piece);
    content.push(piece);
  }
  piece.text += textField(part, 'delta') ?? '';
  // The newest counts, as for the SDK itself.
  for (const name of ['providerMetadata', 'citations'] as const) {
    if (field(part, name) !== undefined) piece[name] = field(part, name);
  }
}

/** Streams begin texts that then stay empty; whole answers do not have them. */
function isSaid(item: unknown): boolean {
  return !(field(item, 'type') === 'text' && field(item, 'text') === '');
}

/**
 * The parts that a stream of a whole answer would have.
 *
 * @returns undefined for anything but what a model gives whole, such as a result of `generateText`, and for content with no such parts
 */
export function partsOfAnswer(answer: unknown): readonly object[] | undefined {
  if (!holdsOnly(answer, OF_ANSWERS) || field(field(answer, 'finishReason'), 'unified') === undefined) return undefined;
  const response = field(answer, 'response');
  if (response !== undefined && !holdsOnly(response, OF_RESPONSES)) return undefined;
  const items = listOf(field(answer, 'content')).map(partsOfItem);
  if (!items.every((parts) => parts !== undefined)) return undefined;
  const { finishReason, usage, providerMetadata } = answer as Readonly<Record<string, unknown>>;
  return [
    { type: 'stream-start', warnings: field(answer, 'warnings') ?? [] },
    ...(response === undefined ? [] : [{ type: 'response-metadata', ...response }]),
    ...items.flat(),
    { type: 'finish', finishReason, usage, ...(providerMetadata !== undefined && { providerMetadata }) },
  ];
}

function partsOfItem(item: unknown, position: number): readonly object[] | undefined {
  const type = field(item, 'type');
  if (ITEMS.has(type)) return [item as object];
  if (!IN_PIECES.has(type) || !holdsOnly(item, OF_PIECES)) return undefined;
  const id = String(position);
  const { text, ...others } = without(item, 'type') as Readonly<Record<string, unknown>>;
  const deltas = text === '' ? [] : [{ type: `${type}-delta`, id, delta: text }];
  return [{ type: `${type}-start`, id }, ...deltas, { type: `${type}-end`, id, ...others }];
}

function holdsOnly(value: unknown, names: ReadonlySet<string>): value is object {
  return isObject(value) && Object.entries(value).every(([name, given]) => given === undefined || names.has(name));
}

function without(value: object, name: string): object {
  const { [name]: _left, ...others } = value as Record<string, unknown>;
  return others;
}
