import { hash } from 'node:crypto';

/** Thrown for a request that no text can stand for; the message names the kind of value, never its content. */
export class UncacheableInputError extends TypeError {
  override readonly name = 'UncacheableInputError';
  readonly code = 'ERR_TTA_UNCACHEABLE_INPUT';
}

/** Deep enough for any request; deeper is a cycle. */
const MAX_DEPTH = 500;

/** What a blob contains, once it was read. */
type BlobDigests = Map<Blob, string>;

/**
 * Writes a JSON-like value so that equal values give equal texts, and different values different ones.
 *
 * Properties are sorted by code unit, those that are undefined are left out, -0 is 0, arrays keep their order, and no text is
 * trimmed, shortened or normalised. Bytes stand as the digest of their content. Where JSON has no word (bytes, dates), the text
 * has one that JSON cannot contain, so that no string can pass for it.
 *
 * @returns the text; a promise of it only when a `Blob` or `File` has to be read
 * @throws UncacheableInputError for NaN, Infinity, a BigInt, a function, a symbol, an instance of a class, a cycle
 */
export function canonicalJson(value: unknown): string | Promise<string> {
  const digests: BlobDigests = new Map();
  const text = write(value, digests, 0);
  return digests.size === 0 ? text : afterReading(value, digests);
}

async function afterReading(value: unknown, digests: BlobDigests): Promise<string> {
  for (const blob of digests.keys()) digests.set(blob, digestOf(new Uint8Array(await blob.arrayBuffer())));
  return write(value, digests, 0);
}

function write(value: unknown, digests: BlobDigests, depth: number): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw new UncacheableInputError(`a request with ${value} has no key`);
      return JSON.stringify(value);
    case 'undefined':
      return '#undefined';
    case 'object':
      return value === null ? 'null' : writeObject(value, digests, depth + 1);
    default:
      throw new UncacheableInputError(`a request with a ${typeof value} has no key`);
  }
}

function writeObject(value: object, digests: BlobDigests, depth: number): string {
  if (depth > MAX_DEPTH) throw new UncacheableInputError('a request that contains itself has no key');
  if (Array.isArray(value)) return writeArray(value, digests, depth);
  if (ArrayBuffer.isView(value)) {
    return `#bytes:${digestOf(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))}`;
  }
  if (value instanceof ArrayBuffer) return `#bytes:${digestOf(new Uint8Array(value))}`;
  if (value instanceof Blob) {
    const digest = digests.get(value) ?? '';
    digests.set(value, digest);
    return `#blob:${JSON.stringify(value.type)}:${digest}`;
  }
  if (value instanceof Date) return `#date:${value.getTime()}`;
  if (!isPlainObject(value)) throw new UncacheableInputError('a request with an instance of a class has no key');
  let text = '';
  for (const name of Object.keys(value).sort()) {
    const property = value[name];
    if (property === undefined) continue;
    if (text !== '') text += ',';
    text += `${JSON.stringify(name)}:${write(property, digests, depth)}`;
  }
  return `{${text}}`;
}

function writeArray(items: readonly unknown[], digests: BlobDigests, depth: number): string {
  let text = '';
  for (let index = 0; index < items.length; index += 1) {
    if (index > 0) text += ',';
    text += write(items[index], digests, depth);
  }
  return `[${text}]`;
}

/** Whether a value is a record: made by a literal, by `JSON.parse` or by `Object.create(null)`, in whatever realm. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** SHA-256 as base64url, 43 characters. */
export function digestOf(content: string | Uint8Array): string {
  return hash('sha256', content, 'base64url');
}
