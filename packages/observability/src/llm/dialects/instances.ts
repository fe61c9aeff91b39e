import { soberly } from '../fields.ts';
import { knownDialects } from './registry.ts';

/** Makes an instance of plain data. */
export type Revive = (data: object) => object;

/** The classes of live answers that were seen, by name. */
const classes = new Map<string, object>();

/**
 * The name of the class of a live answer, if a dialect knows that the class keeps nothing but data. The class is remembered by this
 * name, so data can become an instance again without an import.
 *
 * @returns `dialect.class`; undefined for plain data and for instances of any other class
 */
export function instanceNameOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? soberly(() => named(value)) : undefined;
}

function named(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) return undefined;
  for (const { name, instances } of knownDialects()) {
    const own = instances?.nameOf(value);
    if (own === undefined) continue;
    const full = `${name}.${own}`;
    classes.set(full, prototype);
    return full;
  }
  return undefined;
}

/** Makes instances of a class that this process has seen; undefined for a class that it has not. */
export function reviverOf(name: string): Revive | undefined {
  const prototype = classes.get(name);
  return prototype && ((data) => Object.assign(Object.create(prototype) as object, data));
}

/** Whether a name is one that `instanceNameOf` may give. */
export function isInstanceName(name: unknown): name is string {
  return typeof name === 'string' && /^\w{1,64}\.\w{1,64}$/.test(name);
}
