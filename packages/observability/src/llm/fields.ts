/**
 * Reads a field of something that came from outside.
 *
 * Only an object's own data is read: a getter may start work (some SDK results consume their stream when asked for `usage`),
 * and looking at an answer must not change it.
 */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

/** A field that counts something: a whole number from 0. */
export function countField(value: unknown, name: string): number | undefined {
  const count = field(value, name);
  return Number.isSafeInteger(count) && (count as number) >= 0 ? (count as number) : undefined;
}

/** A field that names something: a string that is not empty. */
export function textField(value: unknown, name: string): string | undefined {
  const text = field(value, name);
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** The items of a list; none of anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether a value is a record: made by a literal, by `JSON.parse` or by `Object.create(null)`, in whatever realm. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    const prototype = Object.getPrototypeOf(value) as object | null;
    return prototype === Object.prototype || prototype === null || isObjectPrototype(prototype);
  } catch {
    return false; // what cannot be looked at (a revoked proxy) is no record
  }
}

/** Whether a prototype is that of all objects of another realm, and not what a class or a record without a prototype begins with. */
function isObjectPrototype(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}

/** Whether a value is an object, lists included. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether a value is anything but undefined and null. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A field that is an object. */
export function objectField(value: unknown, name: string): object | undefined {
  const object = field(value, name);
  return isObject(object) ? object : undefined;
}

/** The field at the end of a path of fields. */
export function fieldAt(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) found = field(found, name);
  return found;
}

/** Whether a field is a list with items. */
export function hasItems(value: unknown, name: string): boolean {
  return listOf(field(value, name)).length > 0;
}
