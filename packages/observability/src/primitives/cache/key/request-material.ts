import { modelRequestOf } from './model-request.ts';
import { isPlainObject } from './plain-object.ts';
import { personIn, WITHOUT_EFFECT, type WithoutEffect } from './without-effect.ts';

export interface MaterialOptions {
  /** Whether every user has answers of their own. */
  readonly isPerUser: boolean;
  /** The model behind the one that the request names. */
  readonly resolvedModel: string | undefined;
}

/** What of an input decides the answer. */
export function materialOf(input: unknown, { isPerUser, resolvedModel }: MaterialOptions): unknown {
  const request = modelRequestOf(input);
  if (request === undefined) return resolvedModel === undefined ? input : [resolvedModel, input];
  const { api, fields } = request;
  const body = effective(
    resolvedModel === undefined ? fields : { ...fields, model: resolvedModel },
    WITHOUT_EFFECT[api],
  );
  return isPerUser ? [body, personIn(fields)] : body;
}

/** Whether a request says on whose behalf it is made. */
export function isPersonal(input: unknown): boolean {
  const request = modelRequestOf(input);
  return request !== undefined && personIn(request.fields).some((person) => person !== null);
}

/** What of a record has an effect; a record that only held what has none is none. */
function effective(record: Record<string, unknown>, withoutEffect: WithoutEffect): Record<string, unknown> {
  const fields: [PropertyKey, unknown][] = [];
  for (const [name, value] of Object.entries(record)) {
    const rule = Object.hasOwn(withoutEffect, name) ? withoutEffect[name] : undefined;
    if (rule === true || value === undefined) continue;
    if (rule === undefined || !isPlainObject(value)) {
      fields.push([name, value]);
      continue;
    }
    const rest = effective(value, rule);
    if (Reflect.ownKeys(rest).length > 0) fields.push([name, rest]);
  }
  for (const symbol of Object.getOwnPropertySymbols(record)) {
    if (Object.prototype.propertyIsEnumerable.call(record, symbol)) fields.push([symbol, Reflect.get(record, symbol)]);
  }
  return Object.fromEntries(fields);
}
