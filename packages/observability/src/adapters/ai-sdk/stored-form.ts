import { isPlainObject } from '../../llm/fields.ts';

/** Where stored data stands for a value that JSON cannot hold. */
const KIND = 'tta.ai-sdk';

/** Values nested deeper are left as they are; a cache that cannot hold them says so. */
const MAX_DEPTH = 32;

/** The same answer, or part of a stream, with dates, bytes and addresses as data. What holds none is the same object. */
export function toStored(value: unknown, depth = 0): unknown {
  if (value instanceof Date) return { [KIND]: 'date', value: value.toISOString() };
  if (value instanceof URL) return { [KIND]: 'url', value: value.href };
  if (value instanceof Uint8Array) return { [KIND]: 'bytes', value: Buffer.from(value).toString('base64') };
  return mapped(value, toStored, depth);
}

/** The answer as the model gave it. */
export function fromStored(value: unknown, depth = 0): unknown {
  if (!isPlainObject(value) || !Object.hasOwn(value, KIND)) return mapped(value, fromStored, depth);
  const { [KIND]: kind, value: text } = value as Record<string, string>;
  if (kind === 'date') return new Date(text ?? '');
  return kind === 'url' ? new URL(text ?? '') : new Uint8Array(Buffer.from(text ?? '', 'base64'));
}

function mapped(value: unknown, map: (value: unknown, depth: number) => unknown, depth: number): unknown {
  if (depth >= MAX_DEPTH || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => map(item, depth + 1));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, map(item, depth + 1)] as const);
  const record = value as Record<string, unknown>;
  return entries.some(([name, item]) => item !== record[name]) ? Object.fromEntries(entries) : value;
}
