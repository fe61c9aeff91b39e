/** An object whose members may be anything. */
export type Members = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}

/** A member of any value; undefined if it is missing or if reading it throws, because anything can be thrown. */
export function memberOf(value: unknown, name: string): unknown {
  if (!isObject(value)) return undefined;
  try {
    return value[name];
  } catch {
    return undefined;
  }
}

export function textOf(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : undefined;
}

/** The first `limit` items of a list; empty for anything else. */
export function itemsOf(value: unknown, limit: number): readonly unknown[] {
  try {
    return Array.isArray(value) ? Array.from(value.slice(0, limit)) : [];
  } catch {
    return [];
  }
}

/** The names of an object's class and of its superclasses, nearest first. */
export function* classNamesOf(value: object): Generator<string> {
  let prototype = prototypeOf(value);
  for (let depth = 0; depth < MAX_CLASSES && prototype !== undefined; depth += 1) {
    const name = textOf(constructorOf(prototype), 'name');
    if (name !== undefined) yield name;
    prototype = prototypeOf(prototype);
  }
}

const MAX_CLASSES = 8;

function prototypeOf(value: object): object | undefined {
  try {
    return (Object.getPrototypeOf(value) as object | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** A class is a function, whose name is read like the member of an object. */
function constructorOf(prototype: object): unknown {
  const made = memberOf(prototype, 'constructor');
  return typeof made === 'function' ? { name: made.name } : undefined;
}
