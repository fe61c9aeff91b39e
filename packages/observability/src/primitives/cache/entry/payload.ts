import { dataOf, type Revive } from '../../../llm/dialects/instances.ts';
import { isPlainObject } from '../../../llm/fields.ts';

/** Deep enough for any answer; deeper is a cycle. */
const MAX_DEPTH = 500;

/**
 * The JSON text of a value, if reading it back gives the same value; undefined for anything that JSON would change or lose: an
 * instance of a class, bytes, NaN, a function. Properties that are undefined count as absent. An answer of a class that a dialect
 * knows is read by its data, because the data can become an instance again.
 *
 * @param instance - the name of its class; see `instanceNameOf`
 */
export function losslessJsonOf(value: unknown, instance: string | undefined): string | undefined {
  try {
    const data = instance === undefined ? value : dataOf(value as object); // only objects have a name
    return isLossless(data, 0) ? JSON.stringify(value) : undefined;
  } catch {
    return undefined; // a getter or a proxy that throws: what cannot be read cannot be stored
  }
}

function isLossless(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      if (value === null) return true;
      if (depth > MAX_DEPTH) return false;
      return Array.isArray(value) ? areLossless(value, depth) : isPlainObject(value) && isLosslessRecord(value, depth);
    default:
      return false;
  }
}

function areLossless(items: readonly unknown[], depth: number): boolean {
  for (let index = 0; index < items.length; index += 1) if (!isLossless(items[index], depth + 1)) return false;
  return true;
}

function isLosslessRecord(record: Readonly<Record<string, unknown>>, depth: number): boolean {
  // Spares the array of its keys. Something inherited is met only where an application has extended all objects.
  for (const name in record) {
    const property = record[name];
    if (property === undefined || isLossless(property, depth + 1)) continue;
    if (Object.hasOwn(record, name)) return false;
  }
  return true;
}

/** A stream of the deepest answers. */
export const MAX_STORED_DEPTH: number = MAX_DEPTH + 2;

/**
 * What stored JSON says; undefined if it is no JSON, or nested deeper than any stored answer: JSON is read to any depth, and code that
 * copies, freezes or prints what it says would run out of stack.
 */
export function storedData(json: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isNestedWithin(value, MAX_STORED_DEPTH) ? { value } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether plain data are nested at most this number of levels deep. */
export function isNestedWithin(data: unknown, levels: number): boolean {
  if (typeof data !== 'object' || data === null) return true;
  if (levels === 0) return false;
  const parts = Array.isArray(data) ? data : Object.values(data);
  for (const part of parts) {
    if (typeof part === 'object' && part !== null && !isNestedWithin(part, levels - 1)) return false;
  }
  return true;
}

/** One answer for several takers. */
export interface AnswerCopies {
  take(): unknown;
}

/**
 * One answer for several takers. The first gets the value itself, every other one a copy, because a taker may change what it gets.
 * A value without a JSON text is shared.
 */
export class Copies implements AnswerCopies {
  readonly text: string | undefined;
  readonly #revive: Revive | undefined;
  #original: unknown;
  #isTaken = false;
  /** The parsed text, read when a second taker comes. Takers get copies of it. */
  #data: unknown;

  /** @param revive - makes of data read from the text what the original is */
  constructor(original: unknown, text: string | undefined, revive?: Revive) {
    this.#original = original;
    this.text = text;
    this.#revive = revive;
  }

  take(): unknown {
    if (this.text === undefined) return this.#original;
    if (this.#isTaken) {
      this.#data ??= JSON.parse(this.text);
      const data = copyOf(this.#data);
      return this.#revive !== undefined && typeof data === 'object' && data !== null ? this.#revive(data) : data;
    }
    const original = this.#original;
    this.#isTaken = true;
    this.#original = undefined;
    return original;
  }
}

/** One frozen answer, shared by all takers. */
export class FrozenAnswer implements AnswerCopies {
  readonly #answer: unknown;

  /** @param answer - JSON-like; it is frozen in all its depth */
  constructor(answer: unknown) {
    this.#answer = deeplyFrozen(answer);
  }

  take(): unknown {
    return this.#answer;
  }
}

/** An answer that is copied for each taker. */
export class CopiedAnswer implements AnswerCopies {
  readonly #data: unknown;

  /** @param data - as parsed from JSON, owned by this object alone */
  constructor(data: unknown) {
    this.#data = data;
  }

  take(): unknown {
    return copyOf(this.#data);
  }
}

function deeplyFrozen(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  for (const part of Object.values(answer)) deeplyFrozen(part);
  return Object.freeze(answer);
}

/**
 * A copy of plain data, as JSON gives it, that shares no object with the original. Its texts are the same: they cannot be changed, so
 * a copy costs a small part of what reading the JSON again does.
 */
export function copyOf(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data;
  return Array.isArray(data) ? copyOfList(data) : copyOfRecord(data as Record<string, unknown>);
}

function copyOfList(list: readonly unknown[]): unknown[] {
  const copy = list.slice();
  for (let index = 0; index < copy.length; index += 1) {
    const item = copy[index];
    if (typeof item === 'object' && item !== null) copy[index] = copyOf(item);
  }
  return copy;
}

/** Spread keeps the shape that the engine knows the record by. */
function copyOfRecord(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy = { ...record };
  for (const name of Object.keys(copy)) {
    const property = copy[name];
    if (typeof property === 'object' && property !== null) copy[name] = copyOf(property);
  }
  return copy;
}
