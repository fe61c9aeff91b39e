import { safely } from 'tta-dev-primitives/internal';
import { field, isObject } from '../fields.ts';
import type { Dialect } from './dialect.ts';
import { knownDialects } from './registry.ts';

/** Makes an instance of plain data. */
export type Revive = (data: object) => object;

/** The classes of live answers that were seen, by name. */
const classes = new Map<string, object>();

/**
 * The name of the class of a live answer, if a dialect knows that the class keeps nothing but data. The class is remembered by this
 * name, so data can become an instance again without an import.
 *
 * @returns `dialect.class`, or `dialect.dated` for plain data that holds a date where the dialect knows of one; undefined for other
 * plain data and for instances of any other class
 */
export function instanceNameOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? safely(() => named(value)) : undefined;
}

function named(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== 'object' || prototype === null) return undefined;
  if (prototype === Object.prototype) return datedName(value);
  for (const { name, instances } of knownDialects()) {
    const own = instances?.nameOf(value);
    if (own === undefined) continue;
    const full = `${name}.${own}`;
    classes.set(full, prototype);
    return full;
  }
  return undefined;
}

/** The data of a live answer that has a name: of an instance its fields, and dates as text. */
export function dataOf(value: object): object {
  const data = { ...value };
  for (const { dates = [] } of datedDialects()) {
    for (const path of dates) if (isDateAt(value, path)) replaceAt(data, path, (date) => (date as Date).toISOString());
  }
  return data;
}

/** Makes live answers of data; undefined for plain data, and for a class that this process has not seen. */
export function reviverOf(name: string | undefined): Revive | undefined {
  if (name === undefined) return undefined;
  const dated = datedDialects().find((dialect) => name === `${dialect.name}.${DATED}`);
  if (dated !== undefined) return (data) => withDates(data, dated.dates ?? []);
  const prototype = classes.get(name);
  return prototype && ((data) => Object.assign(Object.create(prototype) as object, data));
}

/**
 * The name that stands for all chunks of a stream: plain chunks may stand beside chunks with dates.
 *
 * @returns null if no name stands for both
 */
export function commonInstance(name: string | undefined, other: string | undefined): string | undefined | null {
  if (name === other) return name;
  if (name !== undefined && other !== undefined) return null;
  const given = name ?? other;
  return given?.endsWith(`.${DATED}`) === true ? given : null;
}

/** What stands in place of the name of a class for plain data that holds dates. */
const DATED = 'dated';

let dialects: readonly Dialect[] = [];
let dated: readonly Dialect[] = [];

/** The dialects whose answers may hold dates, found again when a dialect was registered. */
function datedDialects(): readonly Dialect[] {
  const known = knownDialects();
  if (known !== dialects) {
    dialects = known;
    dated = known.filter((dialect) => dialect.dates !== undefined);
  }
  return dated;
}

/** Loops, because every chunk of every stream is looked at. */
function datedName(value: object): string | undefined {
  for (const { name, dates = [] } of datedDialects()) {
    for (const path of dates) if (isDateAt(value, path)) return `${name}.${DATED}`;
  }
  return undefined;
}

function isDateAt(value: object, path: readonly string[]): boolean {
  let found: unknown = value;
  for (const name of path) {
    if (!isObject(found) || !(name in found)) return false;
    found = field(found, name);
  }
  return found instanceof Date && !Number.isNaN(found.getTime());
}

function withDates(data: object, paths: readonly (readonly string[])[]): object {
  for (const path of paths) {
    if (typeof path.reduce<unknown>(field, data) === 'string')
      replaceAt(data, path, (text) => new Date(text as string));
  }
  return data;
}

/** Replaces what stands at a path, in copies of the objects on the way to it. */
function replaceAt(data: object, [name, ...rest]: readonly string[], replace: (value: unknown) => unknown): void {
  if (name === undefined) return;
  const record = data as Record<string, unknown>; // the path leads through records
  if (rest.length === 0) {
    record[name] = replace(record[name]);
    return;
  }
  const inner = { ...(record[name] as object) };
  record[name] = inner;
  replaceAt(inner, rest, replace);
}

/** Whether a name is one that `instanceNameOf` may give. */
export function isInstanceName(name: unknown): name is string {
  return typeof name === 'string' && /^\w{1,64}\.\w{1,64}$/.test(name);
}
