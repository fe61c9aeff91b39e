import { digestOf } from './digest.ts';
import { rememberedIfFrozen } from './frozen-texts.ts';
import { isPlainObject } from './plain-object.ts';

/** Thrown for a request that no text can stand for; the message names the kind of value, never its content. */
export class UncacheableInputError extends TypeError {
  override readonly name = 'UncacheableInputError';
  readonly code = 'ERR_TTA_UNCACHEABLE_INPUT';
}

/** Deep enough for any request; deeper is a cycle. */
const MAX_DEPTH = 500;

/** An item of a list whose text is longer stands there as its digest, so that it can be remembered in few bytes. */
const MAX_ITEM_LENGTH = 1_024;

/** What a blob contains, once it was read. */
type BlobDigests = Map<Blob, string>;

/**
 * Writes a JSON-like value so that equal values give equal texts, and different values different ones.
 *
 * Properties are sorted by code unit, those that are undefined are left out, -0 is 0, arrays keep their order, and no text is
 * trimmed, shortened or normalised. Bytes and long items of arrays stand as the digest of their content. Where JSON has no word
 * (bytes, dates, digests), the text has one that JSON cannot contain, so that no string can pass for it.
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
  for (const blob of digests.keys()) digests.set(blob, digestOf(await bytesOf(blob)));
  return write(value, digests, 0);
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch {
    throw new UncacheableInputError('a request with a file that cannot be read has no key');
  }
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
  if (!isPlainObject(value)) return writeInstance(value, digests);
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
    const item = items[index];
    text +=
      typeof item === 'object' && item !== null
        ? rememberedIfFrozen(item, () => shortened(writeObject(item, digests, depth + 1)))
        : write(item, digests, depth);
  }
  return `[${text}]`;
}

function shortened(item: string): string {
  return item.length <= MAX_ITEM_LENGTH ? item : `#item:${digestOf(item)}`;
}

function writeInstance(value: object, digests: BlobDigests): string {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const kind = value instanceof Uint8Array || value instanceof DataView ? 'bytes' : String(tagOf(value)); // wider numbers
    return `#${kind}:${digestOf(bytes)}`;
  }
  if (value instanceof ArrayBuffer) return `#bytes:${digestOf(new Uint8Array(value))}`;
  if (value instanceof Blob) {
    const digest = digests.get(value) ?? '';
    digests.set(value, digest);
    return `#blob:${JSON.stringify(value.type)}:${digest}`;
  }
  if (value instanceof Date) return `#date:${value.getTime()}`;
  if (value instanceof URL) return `#url:${JSON.stringify(value.href)}`;
  throw new UncacheableInputError('a request with an instance of a class has no key');
}

function tagOf(view: ArrayBufferView): unknown {
  return (view as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
}
