import type { FieldRules } from './dialect.ts';

/**
 * A record without the fields that the rules name, those that are undefined, and records within it that lose all their fields.
 * Properties under symbols are kept.
 */
export function withoutFields(record: object, rules: FieldRules): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(record)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === true) continue;
    const value = (record as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (rule === undefined || !isRecord(value)) {
      keep(kept, name, value);
      continue;
    }
    const rest = withoutFields(value, rule);
    if (Reflect.ownKeys(rest).length > 0) keep(kept, name, rest);
  }
  for (const symbol of Object.getOwnPropertySymbols(record)) {
    if (Object.prototype.propertyIsEnumerable.call(record, symbol)) keep(kept, symbol, Reflect.get(record, symbol));
  }
  return kept;
}

/** A field named `__proto__` is data here, and not the prototype of the record. */
function keep(record: object, name: PropertyKey, value: unknown): void {
  if (name !== '__proto__') (record as Record<PropertyKey, unknown>)[name] = value;
  else Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}

function isRecord(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
