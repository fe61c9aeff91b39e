import type { FieldRules } from './dialect.ts';

/** A record without the fields that the rules name; a record within it that loses all its fields is dropped too. */
export function withoutFields(record: object, rules: FieldRules): Record<string, unknown> {
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(record) as [string, unknown][]) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === true || value === undefined) continue;
    if (rule === undefined || !isRecord(value)) {
      kept.push([name, value]);
      continue;
    }
    const rest = withoutFields(value, rule);
    if (Object.keys(rest).length > 0) kept.push([name, rest]);
  }
  return Object.fromEntries(kept);
}

function isRecord(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
